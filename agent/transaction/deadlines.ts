// How long everything in a transaction may take: the one table. A state lasts longer than its commands in a row, so a command
// that fails reports its own code before the state's deadline comes. A person has no limit but the state's.
import type { Waits } from '../protocol/configuration.ts';
import type { Effect } from './effect.ts';
import { isEnded, type State } from './state.ts';

/** How much longer a state lasts than its commands, in ms: the time that the failure of the last one needs to get here. */
export const slackMs = 1_000;

type EffectName = Effect['do'];

/** The commands of each effect together, in ms. Effects that are not here wait for a person, or for a till as long as it takes. */
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
  // the gate ends the wait for paper after printMs, with evidence, and has deviceMs to report it
  print: w => w.printMs + w.deviceMs,
  resolveJob: w => w.printMs + w.deviceMs,
  printReceipt: w => w.receiptMs,
  printClaim: w => w.receiptMs,
  finish: w => w.deviceMs,
} as const satisfies Partial<Record<EffectName, (waits: Waits) => number>>;

/** How long the commands of an effect may take together, in ms; Infinity where it has no limit of its own. */
export const effectMs = (name: EffectName, waits: Waits): number =>
  (limits as Partial<Record<EffectName, (waits: Waits) => number>>)[name]?.(waits) ?? Infinity;

/** How long a state lasts before the event `deadline`, in ms; undefined where nothing is waited for. */
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
      return undefined; // money is never given up
  }
}
