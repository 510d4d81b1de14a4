// Which happenings may not pass without effect: a timeout ends the whole transaction, a cancel until the fee is captured,
// and an end is an end.
import type { Event } from '../../../../agent/transaction/event.ts';
import type { State } from '../../../../agent/transaction/state.ts';

const beforeMoney: readonly State['at'][] = [
  'card',
  'pin',
  'authenticate',
  'choose',
  'confirm',
  'order',
  'cardReturned',
  'fetch',
  'check',
];
const ends: readonly State['at'][] = ['done', 'refused', 'abandoned', 'refundDue', 'unknown'];
const stops: readonly Event['is'][] = ['deadline', 'declined', 'failed', 'gateLost', 'restarted'];

/** What is wrong with going from one state to another on this event; `to` is `from` where it was ignored. */
export function wrongsOfTurning(from: State['at'], event: Event, to: State['at']): string[] {
  const wrongs = {
    'an end was left': ends.includes(from) && to !== from,
    'a transaction began anew': from !== 'idle' && to === 'idle',
    'it goes on': beforeMoney.includes(from) && stops.includes(event.is) && !ends.includes(to),
    'the fee is still waited for':
      from === 'pay' && stops.includes(event.is) && to !== 'void' && !ends.includes(to),
  };
  return Object.entries(wrongs).flatMap(([wrong, is]) => (is ? [`${event.is} at ${from}: ${wrong}`] : []));
}
