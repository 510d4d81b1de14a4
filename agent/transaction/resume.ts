// What a restart makes of a transaction that was under way: never a second print, never money kept in silence.
// Every case is decided on what the journal knows; what only the printer or the till know is asked there.
import { abandoned, end, type Step, to, toClaim, toVoid } from './ending.ts';
import type { State } from './state.ts';

export function resume(state: State): Step | undefined {
  switch (state.at) {
    case 'card':
    case 'pin':
    case 'authenticate':
    case 'choose':
    case 'confirm':
    case 'order':
    case 'cardReturned':
    case 'fetch':
    case 'check':
      return abandoned(state, `${state.at}/restarted`);
    case 'pay':
      return toVoid(state, 'abandoned', 'pay/restarted');
    case 'print':
      // no job in the journal: no document was sent for one
      if (!state.job) return toVoid(state, 'refused', 'print/restarted');
      return to({ ...state, resolving: true }, { do: 'resolveJob' });
    case 'receipt':
      // whether the receipt came out is not known: it is not printed again
      return end(state, { ...state.ending, code: 'issued/withoutReceipt' });
    case 'void':
      return to(state, { do: 'void', amountYen: state.order.feeYen });
    case 'claim':
      return toClaim(state, state.ending);
    case 'idle':
      return undefined;
    default:
      // ended, but its end may not have been told: finishing twice is harmless
      return to(state, { do: 'finish', ending: state.ending });
  }
}
