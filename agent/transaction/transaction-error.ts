// Errors that the transaction itself finds. Every other failure has the code of the room in which it happened.
import { type Codes, errorOf } from '../../drivers/base/error.ts';

const till = 'Look at the till; it knows the transaction by its id';
const carried = 'Try again; if it stays, the hub or the broker alters what it carries';

/** All codes, for docs/codes.md. */
export const transactionCodes = {
  'till/refused': ['The till does not take the fee, or gave it back', till, 'deviceNotReady'],
  'till/forgot': [
    'The till does not know a payment any more for which it had reported money',
    till,
    'deviceNotReady',
  ],
  'till/notCaptured': ['The till did not keep the fee', till, 'deviceNotReady'],
  'till/notVoided': [
    'The till was asked to return the money, and gave answers that say neither that it did nor that it will not',
    till,
    'deviceNotReady',
  ],
  'document/chunk': ['A piece of the document is not the one that was asked for', carried, 'invalidData'],
  'document/digest': ['The document is not the one that was announced', carried, 'invalidData'],
  'record/field': [
    'What a device, the screen or the hub reported cannot be recorded: a field is not what the record allows',
    'Report it to the maintainers with the agent’s log, which names the field',
    'invalidData',
  ],
  'record/size': [
    'What a device, the screen or the hub reported is too long to be recorded, or one transaction reported too much',
    'Report it to the maintainers with the agent’s log',
    'invalidData',
  ],
  'hub/otherAnswer': ['The hub answered another question', 'Report this to the hub', 'invalidData'],
} as const satisfies Codes;

export class TransactionError extends errorOf(transactionCodes) {}

export const isTransactionError = (error: unknown): error is TransactionError =>
  error instanceof TransactionError;
