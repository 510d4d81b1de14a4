// What a step asks the world to do. Data only: the runner turns a name into work, and the outcome into an event.
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
  | { do: 'void'; amountYen: number }
  | { do: 'printReceipt'; order: Order }
  | { do: 'printClaim'; order: Order; ending: Ending }
  /** Ends the transaction at the gate (erases), tells the resident how it ended. */
  | { do: 'finish'; ending: Ending };
