// What a customer does, or does not do.
import { end, type Fault, issued } from './fault.ts';
import { mistypes, onPrompt, onQuestion } from './habits.ts';
import type { Scene } from './scene.ts';

/** Goes away at a prompt or question, and takes the card along only where it says so. */
const walksAway = (name: string, summary: string, code: string, habit: (scene: Scene) => void): Fault => ({
  name: `customer.${name}`,
  summary,
  expected: end('abandoned', code),
  arrange: habit,
});

export const customerFaults: readonly Fault[] = [
  walksAway('leaves-at-pin', 'nobody types a PIN', 'pin/timeout', scene => scene.does(onPrompt('enterPin'))),
  walksAway('leaves-at-last-try', 'two wrong PINs, and then nobody answers', 'pin/timeout', scene => {
    scene.does(...mistypes(2, '0000'));
    scene.does(onQuestion('lastTry'));
  }),
  walksAway('leaves-at-choose', 'nobody chooses a certificate', 'choose/timeout', scene =>
    scene.does(onQuestion('choose')),
  ),
  walksAway('leaves-at-confirm', 'nobody confirms', 'confirm/timeout', scene =>
    scene.does(onQuestion('confirm')),
  ),
  walksAway('says-no', 'the resident does not confirm', 'confirm/declined', scene =>
    scene.does(onQuestion('confirm', (ask, { panel }) => panel.answer(ask, { yes: false }))),
  ),
  walksAway('cancels', 'the resident presses 取消 instead of choosing', 'choose/declined', scene =>
    scene.does(onQuestion('choose', (_, { panel }) => panel.cancel())),
  ),
  walksAway('leaves-the-card', 'nobody takes the card back', 'cardReturned/timeout', scene =>
    scene.does(onPrompt('takeCard')),
  ),
  {
    name: 'customer.leaves-the-paper',
    summary: 'the resident goes without the paper; the printer says that its tray is filling up',
    expected: issued,
    arrange(scene) {
      const { pagePrinter } = scene.shop.terminal.devices;
      scene.atState('receipt', () => pagePrinter.raise('output-area-almost-full-warning', false));
      scene.undo(() => pagePrinter.clear('output-area-almost-full-warning'));
    },
  },
  {
    name: 'customer.second-card',
    summary: 'another resident puts a card in while the first one pays',
    expected: issued,
    async arrange(scene) {
      const { shop } = scene;
      const second = await shop.card('s501');
      scene.atState('pay', () => shop.terminal.devices.reader.insert(second));
      scene.undo(() => shop.terminal.devices.reader.card && shop.terminal.devices.reader.remove());
    },
  },
];
