// A scripted customer: sees what the front panel shows, and uses the card slot, the keypad and the coins.
// Habits are tried in order until one acts. A fault is a habit before the good ones.
import type { FrontPanel, Seen } from './front-panel.ts';
import type { Wish } from './wish.ts';

/** The actions at the card slot and the keypad. */
export interface Hands {
  putCardIn(): Promise<void>;
  takeCard(): void;
  typePin(pin: string): void;
}

export interface Visit {
  panel: FrontPanel;
  hands: Hands;
  pin: string;
  wish: Wish;
  /** Ends the visit with the id of the last prompt. */
  leave(lastPrompt: string): void;
  /** Tries all habits on `seen` again. */
  look(seen: Seen): void;
}

/** Returns true if the habit acted on what was seen. */
export type Habit = (seen: Seen, visit: Visit) => boolean;

/** Prompts after which a customer leaves, with or without paper. */
const lastScreens = new Set([
  'issued',
  'issuedWithoutReceipt',
  'refused',
  'abandoned',
  'refundDue',
  'unknown',
  'cardLocked',
  'cardExpired',
  'cardForeign',
  'cardNoApplication',
]);

const onPrompt =
  (id: string, act: (visit: Visit) => void): Habit =>
  (seen, visit) => {
    if (seen.is !== 'prompt' || seen.prompt.id !== id) return false;
    act(visit);
    return true;
  };

export const goodHabits: readonly Habit[] = [
  onPrompt('enterPin', ({ hands, pin }) => hands.typePin(pin)),
  onPrompt('takeCard', ({ hands }) => hands.takeCard()),
  onPrompt('pay', ({ panel }) => void coins(panel)),
  (seen, { panel, wish }) => {
    if (seen.is !== 'question') return false;
    const { ask, question } = seen;
    if (question.kind !== 'choose') panel.answer(ask, { yes: question.kind === 'confirm' });
    else {
      const choice = wish(question);
      if (choice) panel.answer(ask, choice);
      else panel.cancel();
    }
    return true;
  },
  (seen, visit) => {
    if (seen.is === 'closed') visit.leave('closed');
    else if (seen.is === 'prompt' && lastScreens.has(seen.prompt.id)) {
      visit.hands.takeCard();
      visit.leave(seen.prompt.id);
    } else return false;
    return true;
  },
];

/** Inserts 100-yen coins until the till has the fee. The screen may ask for payment before the till takes coins. */
async function coins(panel: FrontPanel): Promise<void> {
  while (panel.prompt?.id === 'pay') {
    if (!panel.till.insert(100)) await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** One visit, from inserting the card to the last prompt. Resolves with the id of that prompt. */
export async function visit(
  panel: FrontPanel,
  hands: Hands,
  { pin, wish, habits = goodHabits }: { pin: string; wish: Wish; habits?: readonly Habit[] },
): Promise<string> {
  const left = Promise.withResolvers<string>();
  const look = (seen: Seen) => void habits.some(habit => habit(seen, here));
  const here: Visit = { panel, hands, pin, wish, leave: left.resolve, look };
  const stop = panel.onSeen(look);
  try {
    await hands.putCardIn();
    return await left.promise;
  } finally {
    stop();
  }
}
