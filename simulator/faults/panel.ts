// Faults of the screen.
import { type Fault, issued } from './fault.ts';
import type { Scene } from './scene.ts';

/** Resolves when the terminal is out of service for this condition. */
function outOfServiceFor({ shop }: Scene, code: string): Promise<void> {
  return new Promise(resolve => {
    const stop = shop.onLog(({ msg, fields }) => {
      if (
        msg !== 'counter shows' ||
        !String(fields.missing ?? '')
          .split(' ')
          .includes(code)
      )
        return;
      stop();
      resolve();
    });
  });
}

export const panelFaults: readonly Fault[] = [
  {
    name: 'panel.frozen-before',
    summary:
      'the screen hangs with its connection open; the terminal closes, and staff start the screen again',
    expected: issued,
    async arrange(scene) {
      const { panel, terminal } = scene.shop;
      const closed = outOfServiceFor(scene, 'panel/offline');
      panel.frozen = true;
      await closed;
      panel.frozen = false;
      await panel.reopen(terminal.panelSocket);
    },
  },
];
