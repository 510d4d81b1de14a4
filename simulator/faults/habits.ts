// Habits of customers who do not act as the terminal expects. Faults are made of them.
import type { Habit, Visit } from '../customer/customer.ts';
import type { Question, Seen } from '../customer/front-panel.ts';
import type { TillBehaviour } from '../customer/till.ts';

/** Acts each time prompt `id` is shown, in place of the good habit. */
export const onPrompt =
  (id: string, act: (visit: Visit) => unknown = () => undefined): Habit =>
  (seen, visit) => {
    if (seen.is !== 'prompt' || seen.prompt.id !== id) return false;
    act(visit);
    return true;
  };

/** Acts each time a question of `kind` is asked, in place of the good habit. */
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

/** Types `wrong` `times` times, then the right PIN. Agrees to use the last try. */
export function mistypes(times: number, wrong: string): Habit[] {
  let left = times;
  const type = ({ hands, pin }: Visit) => hands.typePin(left-- > 0 ? wrong : pin);
  return [onPrompt('enterPin', type), onPrompt('wrongPin', type), onQuestion('lastTry', answers(true))];
}

/** Inserts a coin of `yen` as soon as the till takes it, while the terminal asks for payment. */
export async function insert({ panel }: Visit, yen: number): Promise<void> {
  while (panel.prompt?.id === 'pay' && !panel.till.insert(yen))
    await new Promise(resolve => setTimeout(resolve, 5));
}

/** Ignores what `fits` until `over` resolves. Then the customer's other habits act on it. */
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

/** Inserts half of the fee and presses 取消: the till has to return money. */
export const changesTheirMind: Habit = onPrompt('pay', async visit => {
  await insert(visit, 100);
  visit.panel.cancel();
});

/** A till that refuses to return money. */
export const refusesVoid: TillBehaviour = (event, till) =>
  event.is === 'asked' && event.operation === 'void' ? till.refuse(event.transaction) : undefined;
