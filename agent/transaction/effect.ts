// What a step asks for. Effects are data only: the runner does the work that an effect names, and makes an event of its outcome.
import type { Order } from '../protocol/order-choice.ts';
import type { Ending } from './state.ts';

export type Effect =
  | { do: 'openGate' }
  | { do: 'readCard' }
  | { do: 'askLastTry' }
  | { do: 'verifyPin'; triesLeft: number }
  | { do: 'authenticate' }
  | { do: 'choose' }
  | { do: 'confirm'; order: Order }
  | { do: 'order'; order: Order }
  | { do: 'askCardBack' }
  | { do: 'askPatience' }
  | { do: 'fetch'; size: number; digest: Buffer }
  | { do: 'check' }
  | { do: 'askFee'; amountYen: number }
  | { do: 'capture'; amountYen: number }
  | { do: 'createJob' }
  | { do: 'print' }
  | { do: 'resolveJob' }
  /** `reportedYen`: what the till has reported to be in, as far as the journal knows. */
  | { do: 'void'; amountYen: number; reportedYen: number }
  | { do: 'printReceipt'; order: Order }
  | { do: 'printClaim'; order: Order; ending: Ending }
  /** Shows the resident how the transaction ended. Closes it at the gate, which erases its keys and document. */
  | { do: 'finish'; ending: Ending };
