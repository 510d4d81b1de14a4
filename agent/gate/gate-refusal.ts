// All refusals of the gate: what is wrong, what the person at the machine does, and the kind in XFS4IoT.
import { type Codes, errorOf } from '../../drivers/base/error.ts';
import { isProtocolError } from '../protocol/error.ts';

const end = 'End this transaction; nothing was printed. If it comes again, report the code to the hub';
const again = 'Start the transaction again';
const installer = 'Enrol this terminal again, or mend its folder';

/** All codes, for docs/codes.md. */
export const gateCodes = {
  // the gate itself
  'gate/home': ['The gate’s folder is incomplete or wrong', installer, 'internalError'],
  'gate/key': ['A key of the gate is missing or unreadable', installer, 'internalError'],
  'gate/keyExposed': ['A key may be touched by others', 'Set its mode to 0600', 'internalError'],
  'gate/alreadyRunning': ['Another gate serves this socket', 'Stop the other gate', 'internalError'],
  'gate/keySet': [
    'The key set is not one that may follow the present one',
    'Report the code of the detail to the hub; the present key set stays in use',
    'fraudAttempt',
  ],
  'gate/keySetUnsaved': ['The key set cannot be written', 'Free the disk of the gate', 'hardwareError'],
  'gate/nativeAway': ['The devices’ process is away', 'Wait until it is back', 'deviceNotReady'],
  // the order of things
  'gate/transactionOpen': ['A transaction is open', 'Close it first', 'sequenceError'],
  'gate/noTransaction': ['That transaction is not open', again, 'sequenceError'],
  'gate/busy': ['Another command of this transaction is running', 'Wait for its completion', 'sequenceError'],
  'gate/sequence': ['Something has to come before this command', again, 'sequenceError'],
  'gate/notChecked': ['No document of this transaction was checked', end, 'sequenceError'],
  'gate/note': [
    'What the next gate has to know of this print cannot be written down',
    'Free the disk of the gate, then start the transaction again',
    'hardwareError',
  ],
  'gate/printedBefore': [
    'This transaction has made its print job',
    'Ask print for its outcome',
    'sequenceError',
  ],
  // the order and the card authentication service's token
  'gate/orderSchema': ['The order is not what the contract allows', end, 'invalidData'],
  'gate/orderUnserved': [
    'The key set has no issuing key of the ordered municipality',
    'End this transaction; nothing was printed. The hub’s key set and configuration must name the same municipalities',
    'invalidData',
  ],
  'gate/tokenSignature': ['The token is not the card authentication service’s', end, 'fraudAttempt'],
  'gate/tokenTransaction': ['The token is for another transaction', end, 'fraudAttempt'],
  'gate/tokenTerminal': ['The token is for another terminal', end, 'fraudAttempt'],
  'gate/tokenCertificate': ['The token is for another card', end, 'fraudAttempt'],
  'gate/tokenKey': ['The token is for another key of a gate', end, 'fraudAttempt'],
  // the document as it comes
  'gate/documentGap': ['A piece of the document is missing', 'Send it from `received` on', 'invalidData'],
  'gate/documentSize': ['The document is of another size, or too long', end, 'invalidData'],
  'gate/documentIncomplete': ['The document has not all come', 'Send the rest', 'sequenceError'],
  'gate/documentSealed': ['The document is not sealed to this transaction', end, 'fraudAttempt'],
  // the document against this transaction
  'gate/manifestSignature': [
    'The manifest is not of the ordered municipality’s issuing service for this transaction',
    end,
    'fraudAttempt',
  ],
  'gate/manifestTransaction': ['The document is for another transaction', end, 'fraudAttempt'],
  'gate/manifestTerminal': ['The document is for another terminal', end, 'fraudAttempt'],
  'gate/manifestNonce': ['The document answers another nonce', end, 'fraudAttempt'],
  'gate/manifestKey': ['The document is for another key of a gate', end, 'fraudAttempt'],
  'gate/manifestSubject': ['The document is another person’s than the card', end, 'fraudAttempt'],
  'gate/orderMunicipality': ['The document is of another municipality than ordered', end, 'fraudAttempt'],
  'gate/orderKind': ['The document is of another kind than ordered', end, 'fraudAttempt'],
  'gate/orderOptions': ['The document has other options than ordered', end, 'fraudAttempt'],
  'gate/orderCopies': ['The document is for another number of copies', end, 'fraudAttempt'],
  'gate/orderFee': ['The document is for another fee than shown', end, 'fraudAttempt'],
  'gate/orderMedia': ['The document is for other paper than ordered', end, 'fraudAttempt'],
  'gate/orderSides': ['The document is for other sides of the paper than ordered', end, 'fraudAttempt'],
  'gate/pdfDigest': ['The PDF is not the one that was signed', end, 'fraudAttempt'],
  'gate/pdfProfile': ['The PDF holds more, or other things, than a certificate may', end, 'invalidData'],
  'gate/pageCount': ['The PDF has another number of pages than signed', end, 'fraudAttempt'],
  'gate/pageDigests': ['A page is not the one that was signed', end, 'fraudAttempt'],
  'gate/stampMissing': ['A page does not carry exactly one stamp', end, 'fraudAttempt'],
  'gate/stampTransaction': ['A page was rendered for another transaction', end, 'fraudAttempt'],
  'gate/stampSubject': ['A page was rendered for another person', end, 'fraudAttempt'],
  'gate/stampOrder': ['A page is out of its place', end, 'fraudAttempt'],
} as const satisfies Codes;

export type GateCode = keyof typeof gateCodes;

export class GateRefusal extends errorOf(gateCodes) {}

export const isGateRefusal = (error: unknown): error is GateRefusal => error instanceof GateRefusal;

/** Makes `code` of a refusal by the contract's reader. The broken rule is in the detail. */
export function refusing<T>(code: GateCode, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!isProtocolError(cause)) throw cause;
    const { code: protocol, path } = cause;
    throw new GateRefusal(code, { cause, detail: { protocol, ...(path && { path }) } });
  }
}
