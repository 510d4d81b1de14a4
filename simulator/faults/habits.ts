// Habits of customers who do not do as they should, from which faults are made.
import type { Habit, Visit } from '../customer/customer.ts';
import type { Question, Seen } from '../customer/front-panel.ts';
import type { TillBehaviour } from '../customer/till.ts';

/** Acts on a prompt, each time; the good habit does not. */
export const onPrompt =
  (id: string, act: (visit: Visit) => unknown = () => undefined): Habit =>
  (seen, visit) => {
    if (seen.is !== 'prompt' || seen.prompt.id !== id) return false;
    act(visit);
    return true;
  };

/** Acts on a question, each time; the good habit does not. */
export const onQuestion =
  (kind: Question['kind'], act: (ask: number, visit: Visit) => unknown = () => undefined): Habit =>
  (seen, visit) => {
    if (seen.is !== 'question' || seen.question.kind !== kind) return false;
    act(seen.ask, visit);
    return true;
  };

export const answers =
  (yes: boolean) =>
  (ask: number, { panel }: Visit): void =>
    panel.answer(ask, { yes });

/** Types `wrong`, so many times, then the right PIN; asked for consent to the last try, gives it. */
export function mistypes(times: number, wrong: string): Habit[] {
  let left = times;
  const type = ({ hands, pin }: Visit) => hands.typePin(left-- > 0 ? wrong : pin);
  return [onPrompt('enterPin', type), onPrompt('wrongPin', type), onQuestion('lastTry', answers(true))];
}

/** Coins, in yen, as soon as the till takes them. */
export async function insert({ panel }: Visit, yen: number): Promise<void> {
  while (panel.prompt?.id === 'pay' && !panel.till.insert(yen))
    await new Promise(resolve => setTimeout(resolve, 5));
}

/** Does nothing about what `fits` until it is over; then what the customer's other habits have them do. */
export function waits(fits: (seen: Seen) => boolean, over: Promise<void>): Habit {
  let waiting = true;
  void over.then(() => {
    waiting = false;
  });
  return (seen, { panel, look }) => {
    if (!waiting || !fits(seen)) return false;
    void over.then(() => {
      const isThere = seen.is === 'question' ? panel.asking === seen.ask : panel.prompt === shownBy(seen);
      if (isThere) look(seen);
    });
    return true;
  };
}

const shownBy = (seen: Seen) => (seen.is === 'prompt' ? seen.prompt : undefined);

export const isPrompt = (id: string) => (seen: Seen) => seen.is === 'prompt' && seen.prompt.id === id;
export const isQuestion = (kind: Question['kind']) => (seen: Seen) =>
  seen.is === 'question' && seen.question.kind === kind;

/** Presses 取消 when half of the fee is in: there is money to give back. */
export const changesTheirMind: Habit = onPrompt('pay', async visit => {
  await insert(visit, 100);
  visit.panel.cancel();
});

/** A till that will not give money back. */
export const refusesVoid: TillBehaviour = (event, till) =>
  event.is === 'asked' && event.operation === 'void' ? till.refuse(event.transaction) : undefined;
