// Faults of the customer.
import { end, type Fault, issued } from './fault.ts';
import { mistypes, onPrompt, onQuestion } from './habits.ts';
import type { Scene } from './scene.ts';

/** The customer stops answering at a prompt or question. The card stays in the reader unless `habit` removes it. */
const walksAway = (name: string, summary: string, code: string, habit: (scene: Scene) => void): Fault => ({
  name: `customer.${name}`,
  summary,
  expected: end('abandoned', code),
  arrange: habit,
});

export const customerFaults: readonly Fault[] = [
  walksAway('leaves-at-pin', 'nobody types a PIN', 'pinpad/canceledOrTimeout', scene =>
    scene.does(onPrompt('enterPin')),
  ),
  walksAway(
    'leaves-at-last-try',
    'after two wrong PINs nobody answers whether to use the last try',
    'pin/timeout',
    scene => {
      scene.does(...mistypes(2, '0000'));
      scene.does(onQuestion('lastTry'));
    },
  ),
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
    summary: 'the resident leaves the paper; the printer reports that its output tray is almost full',
    expected: issued,
    arrange(scene) {
      const { pagePrinter } = scene.shop.terminal.devices;
      scene.atState('receipt', () => pagePrinter.raise('output-area-almost-full-warning', false));
      scene.undo(() => pagePrinter.clear('output-area-almost-full-warning'));
    },
  },
  {
    name: 'customer.second-card',
    summary: 'another resident inserts a card while the first one pays',
    expected: issued,
    async arrange(scene) {
      const { shop } = scene;
      const second = await shop.card('s501');
      scene.atState('pay', () => shop.terminal.devices.reader.insert(second));
      scene.undo(() => shop.terminal.devices.reader.card && shop.terminal.devices.reader.remove());
    },
  },
];
