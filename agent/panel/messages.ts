// Messages of the panel socket: JSON text frames of WebSocket (RFC 6455) on a Unix socket. See docs/panel.md.
import * as v from 'valibot';

/** Each side sends its version first. A panel of another version is closed with 4000. */
export const panelVersion = 2;
/** Max size of a message from a panel, in bytes. */
export const panelMessageLimit = 16 << 10;

/** Lamp and sound of a prompt. A panel uses those that it has. */
export type Lamp = 'none' | 'card' | 'pinpad' | 'screen' | 'money' | 'paper' | 'receipt' | 'staff';
export type Sound = 'none' | 'guide' | 'remind' | 'done' | 'error';

/** A missing readiness condition: for a program (`part`, `code`), an operator (`hint`), and the store's staff (`text`, plain Japanese). */
export interface ShownCondition {
  part: string;
  code: string;
  hint: string;
  text: string;
}

export interface Prompt {
  id: string;
  /** For the resident, plain Japanese, ready to be shown. */
  text: string;
  lamp: Lamp;
  sound: Sound;
  /** What the store's staff do next, where the prompt sends the resident to them: plain Japanese. */
  staff?: string;
  /** With `outOfService` and `printerNeedsStaff`: the missing conditions. */
  conditions?: readonly ShownCondition[];
  /** With an end: why (docs/codes.md). */
  code?: string;
  /** With `refundDue` and `unknown`: the transaction in groups of eight, for a resident without a claim slip. */
  claim?: string;
  /** With `claim`: the transaction's short number, to be read out. */
  number?: string;
}

export interface OfferedKind {
  kind: string;
  title: string;
  /** For one copy. */
  feeYen: number;
  maxCopies: number;
  /** The first value is the proposal. */
  options: readonly { name: string; title: string; values: readonly { value: string; title: string }[] }[];
  /** `scope: members` takes `members: [number, …]` in the answer's options. */
  members: boolean;
}

/** A question on the screen. The answer's shape depends on `kind`. */
export type Ask =
  | {
      kind: 'choose';
      municipality: string;
      kinds: readonly OfferedKind[];
      members: readonly { number: number; label: string; self: boolean }[];
    }
  | { kind: 'confirm'; lines: readonly (readonly [label: string, value: string])[]; feeYen: number }
  | { kind: 'lastTry'; triesLeft: number };

export type PaymentOperation = 'begin' | 'status' | 'capture' | 'void';

export type ToPanel =
  | { type: 'hello'; version: number; terminal: string; software: string }
  | ({ type: 'prompt' } & Prompt)
  | { type: 'ask'; ask: number; timeoutMs: number; question: Ask }
  /** The question is closed: it was answered, timed out, or was cancelled. */
  | { type: 'askEnd'; ask: number }
  | { type: 'payment'; request: number; operation: PaymentOperation; transaction: string; amountYen: number }
  /** To be answered by `pong` with the same number. */
  | { type: 'ping'; ping: number }
  /** The last message was refused. `message` says why, for the panel's developer. */
  | { type: 'error'; code: string; message: string };

/** State of a payment at the till. `none`: the till does not know this transaction, and holds no money for it. */
export const paymentState = v.picklist(['none', 'pending', 'paid', 'captured', 'voided', 'refused']);

const yen = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1_000_000));
const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const fromPanel = v.variant('type', [
  v.strictObject({ type: v.literal('hello'), version: number, panel: v.pipe(v.string(), v.maxLength(80)) }),
  v.strictObject({ type: v.literal('answer'), ask: number, value: v.unknown() }),
  v.strictObject({ type: v.literal('pong'), ping: number }),
  /** The resident pressed 取消. */
  v.strictObject({ type: v.literal('cancel') }),
  /** Answer to a payment request (`request` given), or news (`request` left out). */
  v.strictObject({
    type: v.literal('payment'),
    request: v.optional(number),
    transaction: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
    state: paymentState,
    paidYen: yen,
  }),
]);

export type FromPanel = v.InferOutput<typeof fromPanel>;
export type PaymentState = v.InferOutput<typeof paymentState>;
export type PaymentNews = Extract<FromPanel, { type: 'payment' }>;
