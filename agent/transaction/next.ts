// The state machine of a certificate transaction, from the card to the end: which state and effects follow each event.
// It is pure: no I/O, no clock, no random numbers. All inputs come in with the event.
import { abandoned, end, type Step, to, toClaim, toPay, toVoid, unknownPaper } from './ending.ts';
import type { Event } from './event.ts';
import { resume } from './resume.ts';
import type { State } from './state.ts';

/** The next state and its effects. `undefined` where the event has no meaning in this state (it is late, or a duplicate): nothing changes. */
export function next(state: State, event: Event): Step | undefined {
  if (event.is === 'restarted') return resume(state);
  switch (state.at) {
    case 'idle':
      if (event.is === 'started') {
        const { transaction, waits } = event;
        return to({ at: 'card', transaction, waits }, { do: 'openGate' }, { do: 'readCard' });
      }
      return undefined;

    case 'card':
      if (event.is === 'cardRead') return askPin(state, Math.min(event.triesLeft, maxTries));
      break;

    case 'pin':
      if (event.is === 'lastTryTaken' && state.consent === 'asked')
        return to({ ...state, consent: 'given' }, { do: 'verifyPin', triesLeft: state.triesLeft });
      if (event.is === 'pinRight') {
        const { transaction, waits } = state;
        return to({ at: 'authenticate', transaction, waits }, { do: 'authenticate' });
      }
      // a card or reader that never has fewer tries is not asked for ever
      if (event.is === 'pinWrong') return askPin(state, Math.min(event.triesLeft, state.triesLeft - 1));
      break;

    case 'authenticate':
      if (event.is === 'authenticated') return to({ ...state, at: 'choose' }, { do: 'choose' });
      break;

    case 'choose':
      if (event.is === 'chosen') {
        const { order } = event;
        return to({ ...state, at: 'confirm', order }, { do: 'confirm', order });
      }
      break;

    case 'confirm':
      if (event.is === 'confirmed') {
        return to({ ...state, at: 'order' }, { do: 'order', order: state.order });
      }
      break;

    case 'order':
      if (event.is === 'ordered') {
        const { size, digest } = event;
        return to(
          { ...state, at: 'cardReturned', document: 'coming' },
          { do: 'askCardBack' },
          { do: 'fetch', size, digest },
        );
      }
      break;

    case 'cardReturned':
      if (event.is === 'fetched' && state.document === 'coming')
        return to({ ...state, document: 'fetched' }, { do: 'check' });
      if (event.is === 'documentHeld' && state.document === 'fetched')
        return to({ ...state, document: 'held' });
      if (event.is === 'cardTaken') {
        const { document, ...ordered } = state;
        if (document === 'held') return toPay(ordered);
        return to({ ...ordered, at: document === 'fetched' ? 'check' : 'fetch' }, { do: 'askPatience' });
      }
      break;

    case 'fetch':
      if (event.is === 'fetched') return to({ ...state, at: 'check' }, { do: 'check' });
      if (event.is === 'cardTaken') return undefined; // the resident's own card is out already
      break;

    case 'check':
      if (event.is === 'documentHeld') return toPay(state);
      if (event.is === 'cardTaken') return undefined;
      break;

    case 'pay':
      if (event.is === 'paid' && state.till === 'asked')
        return to({ ...state, till: 'capturing' }, { do: 'capture', amountYen: state.order.feeYen });
      if (event.is === 'captured' && state.till === 'capturing') {
        const { transaction, waits, order } = state;
        return to({ at: 'print', transaction, waits, order }, { do: 'createJob' });
      }
      // the till may have taken money: the transaction ends only after the till was asked to return it
      if (event.is === 'deadline') return toVoid(state, 'abandoned', 'pay/timeout');
      if (event.is === 'declined') return toVoid(state, 'abandoned', 'pay/declined');
      if (event.is === 'failed') return toVoid(state, 'abandoned', event.code);
      if (event.is === 'gateLost') return toVoid(state, 'refused', 'gate/lost');
      return undefined;

    case 'print':
      if (event.is === 'jobCreated' && !state.job) return to({ ...state, job: event.job }, { do: 'print' });
      if (event.is === 'printEnded' && state.job) return afterPrint(state, event);
      if (event.is === 'failed' && event.effect === 'print' && state.resolving) return undefined; // reported before
      // a gate that died has left a note: the next gate asks the printer for the outcome of the job
      if (event.is === 'failed' && event.effect === 'print' && state.job && gateDied.has(event.code))
        return to({ ...state, resolving: true }, { do: 'resolveJob' });
      // without a job nothing was sent, so no paper can be out
      if (event.is === 'failed' || event.is === 'deadline') {
        const code = event.is === 'failed' ? reportedAs(event.code) : 'print/timeout';
        return state.job ? toClaim(state, unknownPaper(state, code)) : toVoid(state, 'refused', code);
      }
      return undefined;

    case 'receipt':
      // the paper is out and paid for: a failed receipt changes the code of the end, and nothing else
      if (event.is === 'receiptPrinted') return end(state, state.ending);
      if (event.is === 'failed' || event.is === 'deadline')
        return end(state, { ...state.ending, code: 'issued/withoutReceipt' });
      return undefined;

    case 'void':
      if (event.is === 'voided') return end(state, { ...state.ending, keptYen: 0, owedYen: 0 });
      if (event.is === 'voidRefused' && event.paidYen === 0)
        return end(state, { ...state.ending, keptYen: 0, owedYen: 0 }); // the till has no money to return
      if (event.is === 'voidRefused') {
        const { paidYen: owedYen, code = state.ending.code } = event;
        return toClaim(state, { ...state.ending, outcome: 'refundDue', code, owedYen });
      }
      if (event.is === 'failed' && event.effect === 'void')
        return toClaim(state, { ...state.ending, outcome: 'refundDue' });
      return undefined;

    case 'claim':
      if (event.is === 'claimPrinted' || event.is === 'deadline') return end(state, state.ending);
      if (event.is === 'failed' && event.effect === 'printClaim') return end(state, state.ending);
      return undefined;

    default:
      return undefined;
  }

  // before payment: when the person leaves, or a device or service fails, the transaction ends and no money is kept
  if (event.is === 'deadline') return abandoned(state, `${state.at}/timeout`);
  if (event.is === 'declined') return abandoned(state, `${state.at}/declined`);
  if (event.is === 'cardTaken') return abandoned(state, 'card/removed');
  if (event.is === 'gateLost')
    return end(state, { outcome: 'refused', code: 'gate/lost', keptYen: 0, owedYen: 0 });
  if (event.is === 'failed') {
    if (personsDoing.has(event.code)) return abandoned(state, event.code);
    return end(state, { outcome: 'refused', code: reportedAs(event.code), keptYen: 0, owedYen: 0 });
  }
  return undefined;
}

/** The gate's process ended, or is being replaced. */
const gateDied: ReadonlySet<string> = new Set(['door/closed', 'door/stuck']);

/** The loss of the gate has one code, whether a failed command or the event `gateLost` reports it first. */
const reportedAs = (code: string): string => (gateDied.has(code) ? 'gate/lost' : code);

/** Failures that mean that the person left: the card was removed during a command, or the pad's cancel key was pressed. */
const personsDoing: ReadonlySet<string> = new Set(['card/removed', 'pinpad/canceledOrTimeout']);

/** Wrong PINs in one visit: as many as lock a card (JPKI, the authentication PIN). */
const maxTries = 3;

type Pin = Extract<State, { at: 'pin' }>;
type Print = Extract<State, { at: 'print' }>;

function askPin({ transaction, waits }: Pick<Pin, 'transaction' | 'waits'>, triesLeft: number): Step {
  const pin = { at: 'pin', transaction, waits, triesLeft } as const;
  if (triesLeft === 0)
    return end({ transaction, waits }, { outcome: 'refused', code: 'card/locked', keptYen: 0, owedYen: 0 });
  if (triesLeft === 1) return to({ ...pin, consent: 'asked' }, { do: 'askLastTry' });
  return to({ ...pin, consent: 'notNeeded' }, { do: 'verifyPin', triesLeft });
}

function afterPrint(state: Print, event: Extract<Event, { is: 'printEnded' }>): Step {
  const { evidence } = event;
  const keptYen = state.order.feeYen;
  if (event.result === 'notPrinted') return toVoid(state, 'refused', 'print/notPrinted', evidence);
  if (event.result === 'unknown') return toClaim(state, unknownPaper(state, 'print/unknown', evidence));
  const ending = { outcome: 'issued', code: 'issued/done', keptYen, owedYen: 0, evidence } as const;
  const { transaction, waits, order } = state;
  return to({ at: 'receipt', transaction, waits, order, ending }, { do: 'printReceipt', order });
}
