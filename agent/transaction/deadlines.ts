// The table of all time limits in a transaction. A state's deadline is later than the sum of its commands' limits, so a command
// that fails reports its own code before that deadline. A person's answer is limited by the state's deadline only.
import type { Waits } from '../protocol/configuration.ts';
import type { Effect } from './effect.ts';
import { isEnded, type State } from './state.ts';

/** How much longer a state lasts than its commands, in ms. The failure of the last command needs this time to get here. */
export const slackMs = 1_000;

type EffectName = Effect['do'];

/** Limit for all commands of one effect together, in ms. Effects that are not listed wait for a person or for the till, without a limit here. */
const limits = {
  openGate: w => w.deviceMs,
  readCard: w => w.deviceMs,
  verifyPin: w => w.pinMs + w.deviceMs,
  authenticate: w => 2 * w.hubMs + w.deviceMs,
  order: w => w.hubMs + w.deviceMs,
  fetch: w => w.fetchMs,
  check: w => 2 * w.deviceMs,
  capture: w => w.deviceMs,
  createJob: w => w.deviceMs,
  // the gate ends the wait for paper after printMs and signs evidence; it has deviceMs to report that
  print: w => w.printMs + w.deviceMs,
  resolveJob: w => w.printMs + w.deviceMs,
  printReceipt: w => w.receiptMs,
  printClaim: w => w.receiptMs,
  finish: w => w.deviceMs,
} as const satisfies Partial<Record<EffectName, (waits: Waits) => number>>;

/** Max time for all commands of an effect together, in ms. Infinity where the effect has no limit of its own. */
export const effectMs = (name: EffectName, waits: Waits): number =>
  (limits as Partial<Record<EffectName, (waits: Waits) => number>>)[name]?.(waits) ?? Infinity;

/**
 * How long one request to the till may take, in ms. A till that does not answer is reported as that (panel/timeout) before the
 * resident's time to pay is over.
 */
export const tillMs = ({ deviceMs, payMs }: Waits): number => Math.min(deviceMs, payMs / 2);

/** Time from entering a state to its event `deadline`, in ms. Undefined where the state has no deadline. */
export function stateMs(state: State): number | undefined {
  if (state.at === 'idle' || isEnded(state)) return undefined;
  const { waits } = state;
  const after = (...names: (keyof typeof limits)[]): number =>
    names.reduce((sum, name) => sum + limits[name](waits), slackMs);
  switch (state.at) {
    case 'card':
      return after('openGate', 'readCard');
    case 'pin':
      return state.consent === 'asked' ? waits.choiceMs : after('verifyPin');
    case 'authenticate':
      return after('authenticate');
    case 'choose':
    case 'confirm':
      return waits.choiceMs;
    case 'order':
      return after('order');
    case 'cardReturned':
      return waits.takeCardMs;
    case 'fetch':
      return after('fetch');
    case 'check':
      return after('check');
    case 'pay':
      return state.till === 'asked' ? waits.payMs : after('capture');
    case 'print':
      if (!state.job) return after('createJob');
      return after(state.resolving ? 'resolveJob' : 'print');
    case 'receipt':
      return after('printReceipt');
    case 'claim':
      return after('printClaim');
    case 'void':
      return undefined; // a refund is asked for until it is answered
  }
}
