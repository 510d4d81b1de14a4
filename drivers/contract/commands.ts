// What the agent may ask of the gate, in one table: parameters, events while it runs, and what completion brings.
// The gate answers for all devices: those of the native process stand behind it, and it lets through what is named here.
import type { CardProfile } from './card.ts';
import type { JobOutcome, PageJob, PagePrinterStatus, PrintProgress } from './page.ts';
import type { PinPadStatus } from './pinpad.ts';
import type { Receipt, ReceiptPrinterStatus } from './receipt.ts';

/** A transaction's id, 32 lower-case hex digits. */
export type TransactionId = string;

/** What was ordered, as the contract with the hub has it (agent/protocol/order-choice.ts); the gate checks its schema. */
export type OrderChoice = Record<string, unknown>;

export interface DeviceStatus {
  card: { online: boolean; present: boolean };
  pinpad: PinPadStatus;
  receipt: ReceiptPrinterStatus;
  page: PagePrinterStatus;
  /** False while the native process is being started again: card, PIN pad and receipt printer are then offline. */
  native: boolean;
}

/** name: [parameters, completion]. Every command on a transaction fails with gate/noTransaction when it is not open. */
export interface GateCommands {
  /** State of every device, asked now. */
  status: [Record<string, never>, DeviceStatus];
  /**
   * Makes the key pair and nonce of a new transaction, in memory only, and for half an hour at most: what is not printing
   * by then is erased. Errors: gate/transactionOpen (there is one: close it).
   */
  open: [{ transaction: TransactionId }, Record<string, never>];
  /** Reads the card that lies in the reader, and forgets one read before. Errors: card/*, gate/sequence after `order`. */
  readCard: [{ transaction: TransactionId }, { profile: CardProfile; triesLeft: number }];
  /**
   * Asks for the PIN on the pad and shows it to the card, once. Event: `pinPrompted` when the pad shows its prompt.
   * Errors: card/wrongPin with detail.triesLeft, card/locked, card/removed, pinpad/*, gate/sequence before `readCard`.
   */
  verifyPin: [{ transaction: TransactionId; timeoutMs: number }, Record<string, never>];
  /** Has the card sign this transaction, terminal, challenge and the gate's key; seals it to the card authentication service. */
  authenticate: [{ transaction: TransactionId; challenge: Buffer }, { sealed: Buffer }];
  /**
   * Verifies the card authentication service's token, has the card sign the order, seals it to the issuing service.
   * Errors: gate/token*, card/*.
   */
  order: [
    { transaction: TransactionId; token: Buffer; challenge: Buffer; order: OrderChoice },
    { sealed: Buffer },
  ];
  /** Takes the sealed document piece by piece, in order; a piece taken before is ignored. Errors: gate/documentGap, gate/documentSize. */
  putDocument: [
    { transaction: TransactionId; offset: number; size: number; chunk: Buffer },
    { received: number },
  ];
  /** Decrypts and checks everything. Errors: gate/* with one code for each thing that can differ. */
  check: [{ transaction: TransactionId }, { pages: number; copies: number }];
  /** Makes the printer's job for what `check` holds. Once in a transaction. Errors: gate/notChecked, gate/printedBefore, page/*. */
  createJob: [{ transaction: TransactionId }, { job: PageJob; impressions: number }];
  /**
   * Sends the document and waits for the paper. Once in a transaction. Event: `printing` with impressions so far.
   * Completes for every end of the job, evidence included; the document is erased before it does.
   */
  print: [{ transaction: TransactionId; timeoutMs: number }, { outcome: JobOutcome; evidence: Buffer }];
  /** Prints a receipt or claim slip. Errors: receipt/*. */
  printReceipt: [{ receipt: Receipt; timeoutMs: number }, Record<string, never>];
  /** Ends a transaction and erases its keys and document, whatever it was at. Never fails for one that is not open. */
  close: [{ transaction: TransactionId }, Record<string, never>];
}

export type GateCommandName = keyof GateCommands;

/** name: payload. Sent at any time, not in answer to a command. */
export interface GateEvents {
  cardInserted: Record<string, never>;
  cardRemoved: Record<string, never>;
  /** A device, or the native process, went or came back. */
  device: { device: 'native' | 'card' | 'pinpad' | 'receipt' | 'page'; online: boolean };
}

/** name: payload. Sent while a command runs, with its id. */
export interface CommandEvents {
  pinPrompted: Record<string, never>;
  printing: PrintProgress;
}

/** Which devices the native process drives; each `driver` is a name in its registry, each profile one of that driver's. */
export interface NativeSettings {
  /** `reader`: beginning of the reader's PC/SC name; the first that there is where left out. */
  cardReader: { driver: string; reader?: string | undefined };
  pinpad: {
    driver: string;
    /** Device file of the line. */
    path: string;
    dialect: string;
    /** The KSN that the initial key was loaded with, counter cleared, 20 hex digits. */
    keySetId: string;
    /** 16 bytes. */
    initialKey: Buffer;
    /** Path of the file that remembers the last counter of each key set. */
    ksnFile: string;
  };
  receipt: { driver: string; path: string; profile: string };
}

/** The same, between the gate and its native child; nothing here knows of a hub, a key of the gate or a document. */
export interface NativeCommands {
  /** The first command, once. Errors: native/configured, native/unknownDriver. All others before it: native/notConfigured. */
  configure: [NativeSettings, Record<string, never>];
  status: [Record<string, never>, Omit<DeviceStatus, 'page' | 'native'>];
  readCard: [Record<string, never>, { profile: CardProfile; triesLeft: number; certificate: Buffer }];
  verifyPin: [{ timeoutMs: number }, Record<string, never>];
  sign: [{ message: Buffer }, { signature: Buffer }];
  printReceipt: [{ receipt: Receipt; timeoutMs: number }, Record<string, never>];
}

export type NativeEvents = Omit<GateEvents, 'device'> & {
  device: { device: 'card' | 'pinpad' | 'receipt'; online: boolean };
};
