// How a restart continues a transaction that was under way. It never prints a second time, and never keeps money without a record.
// Every case is decided by the journal. What only the printer or the till knows is asked there.
import { abandoned, askBack, end, type Step, to, toClaim, toVoid } from './ending.ts';
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
      // no job is in the journal, so no document was sent
      if (!state.job) return toVoid(state, 'refused', 'print/restarted');
      return to({ ...state, resolving: true }, { do: 'resolveJob' });
    case 'receipt':
      // it is not known whether the receipt came out, so it is not printed again
      return end(state, { ...state.ending, code: 'issued/withoutReceipt' });
    case 'void':
      return to(state, askBack(state));
    case 'claim':
      return toClaim(state, state.ending);
    case 'idle':
      return undefined;
    default:
      // it has ended, but the gate and the resident may not know it: finishing twice does no harm
      return to(state, { do: 'finish', ending: state.ending });
  }
}
