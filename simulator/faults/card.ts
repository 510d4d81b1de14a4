// Faults of a card, of its reader, and of pcscd.
import type { CardBehaviour, VirtualCard } from '../card/virtual-card.ts';
import { closed, end, type Fault, issued } from './fault.ts';
import { answers, mistypes, onPrompt, onQuestion } from './habits.ts';
import type { Scene } from './scene.ts';

const DAY_MS = 86_400_000;
const leaves = end('abandoned', 'card/removed');

const locked = (card: VirtualCard) => {
  card.pins.auth.triesLeft = 0;
};

/** The commands during which a card is torn out: VERIFY with a PIN, or a signature. `nth` counts them in one visit. */
const commands = {
  verify: { ins: 0x20, nth: 1 },
  'first-signature': { ins: 0x2a, nth: 1 },
  'second-signature': { ins: 0x2a, nth: 2 },
} as const;

/**
 * Removes the card before it executes a command (`before`), after it has executed it but before it answers (`in`), or
 * right after its answer (`after`).
 */
function tornOut(scene: Scene, when: 'before' | 'in' | 'after', command: keyof typeof commands): void {
  const { ins, nth } = commands[command];
  let seen = 0;
  scene.withCard(card => {
    const tear: CardBehaviour = async (received, tornCard) => {
      if (received.ins !== ins || received.data.length === 0 || ++seen !== nth) return undefined;
      const { reader } = scene.shop.terminal.devices;
      if (when !== 'before') {
        const rest = tornCard.behaviours.slice(tornCard.behaviours.indexOf(tear) + 1);
        for (const behaviour of rest) {
          const answer = await behaviour(received, tornCard);
          if (answer === undefined) continue;
          if (when === 'in') break;
          setImmediate(() => reader.remove());
          return answer;
        }
      }
      reader.remove();
      return 'mute';
    };
    card.behaviours.unshift(tear);
  });
}

const moments = [
  ['before', 'before the card executes it'],
  ['in', 'after the card has executed it and before it answers'],
  ['after', 'right after the card’s answer'],
] as const;

const tears = (Object.keys(commands) as (keyof typeof commands)[]).flatMap(command =>
  moments.map(
    ([when, description]): Fault => ({
      name: `card.torn-out-${when}-${command}`,
      summary: `the card is torn out at the ${command.replace('-', ' ')}, ${description}`,
      expected: leaves,
      arrange: scene => tornOut(scene, when, command),
    }),
  ),
);

export const cardFaults: readonly Fault[] = [
  {
    name: 'card.wrong-pin-twice',
    summary: 'the resident types two wrong PINs, agrees to use the last try, and types the right PIN',
    expected: issued,
    arrange: scene => scene.does(...mistypes(2, '0000')),
    after: ({ card }) =>
      card?.pins.auth.triesLeft === 3 ? [] : ['the right PIN did not reset the number of tries'],
  },
  {
    name: 'card.last-try-declined',
    summary: 'the resident types two wrong PINs and declines the last try',
    expected: end('abandoned', 'pin/declined'),
    arrange(scene) {
      scene.does(...mistypes(2, '0000'));
      scene.does(onQuestion('lastTry', answers(false)));
    },
    after: ({ card }) =>
      (card?.pins.auth.triesLeft ?? 0) >= 1 ? [] : ['a try was used that the resident did not make'],
  },
  {
    name: 'card.locked',
    summary: 'three wrong PINs locked the card before the visit',
    expected: end('refused', 'card/locked'),
    arrange: scene => scene.withCard(locked),
  },
  {
    name: 'card.locks',
    summary: 'the resident types three wrong PINs',
    expected: end('refused', 'card/locked'),
    arrange: scene => scene.does(...mistypes(3, '0000')),
  },
  {
    name: 'card.expired',
    summary: 'the certificate on the card has expired',
    expected: end('refused', 'card/expired'),
    arrange(scene) {
      scene.cardOptions.notAfter = new Date(Date.now() - DAY_MS);
    },
  },
  {
    name: 'card.foreign',
    summary: 'the card has a JPKI application of a kind that is not served here (a smartphone’s)',
    expected: end('refused', 'card/foreign'),
    arrange(scene) {
      scene.cardOptions.label = 'JPKIAPGPSETOKEN';
    },
  },
  {
    name: 'card.no-application',
    summary: 'the card has no JPKI application, for example a 市民カード',
    expected: end('refused', 'card/noApplication'),
    arrange: scene => scene.withCard(card => void card.behaviours.splice(0)),
  },
  {
    name: 'card.torn-out-at-once',
    summary: 'the resident removes the card while it is read',
    expected: leaves,
    arrange: scene =>
      scene.withCard(card =>
        card.behaviours.unshift(({ ins }) => {
          if (ins !== 0xb0) return undefined;
          scene.shop.terminal.devices.reader.remove();
          return 'mute';
        }),
      ),
  },
  ...tears,
  {
    name: 'card.reader-gone-before',
    summary: 'the card reader is unplugged',
    expected: closed('card/readerOffline'),
    arrange: ({ shop }) => shop.terminal.devices.reader.unplug(),
    mend: ({ shop }) => shop.terminal.devices.reader.plug(),
  },
  {
    name: 'card.reader-gone',
    summary: 'the card reader is unplugged while the resident types',
    expected: leaves,
    arrange(scene) {
      const { reader } = scene.shop.terminal.devices;
      scene.does(onPrompt('enterPin', () => void reader.unplug()));
      scene.undo(() => reader.plug());
    },
  },
  {
    name: 'card.service-killed-before',
    summary: 'pcscd is killed',
    expected: closed('card/readerOffline'),
    arrange: ({ shop }) => shop.terminal.devices.reader.crash(),
    mend: ({ shop }) => shop.terminal.devices.reader.recover(),
  },
  {
    name: 'card.service-killed',
    summary: 'pcscd is killed while the resident types',
    expected: leaves,
    arrange(scene) {
      const { reader } = scene.shop.terminal.devices;
      let crashed = false;
      scene.does(
        onPrompt('enterPin', () => {
          crashed = true;
          void reader.crash();
        }),
      );
      scene.undo(() => crashed && reader.recover());
    },
  },
];
