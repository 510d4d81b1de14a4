// A scripted customer: sees what the front panel shows, and has two hands for the card slot, the keypad and the coins.
// Habits are tried in order: a habit that acts ends the look; a fault is a habit put before the good ones.
import type { FrontPanel, Seen } from './front-panel.ts';
import type { Wish } from './wish.ts';

/** The card slot and the keypad, as hands know them. */
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
  /** Set when the customer has nothing more to do here: what the last screen said. */
  leave(lastPrompt: string): void;
  /** Looks once more at what was seen, with all habits. */
  look(seen: Seen): void;
}

/** True where the habit acted on what was seen. */
export type Habit = (seen: Seen, visit: Visit) => boolean;

/** Screens after which a customer goes, with or without paper. */
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

/** 100-yen coins until the till has enough; the till may not have been asked yet when the screen already shows it. */
async function coins(panel: FrontPanel): Promise<void> {
  while (panel.prompt?.id === 'pay') {
    if (!panel.till.insert(100)) await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** One visit: from putting the card in to the last screen, whose prompt id it returns. */
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
