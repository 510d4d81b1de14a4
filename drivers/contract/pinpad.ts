// What a PIN pad promises. A PIN is a Buffer of ASCII digits, lives in the native process only, and its holder zeroes it.
import * as v from 'valibot';
import { text } from './fields.ts';

export interface PinRequest {
  /** How long the resident may take, in ms. The driver rounds up to a time that the pad's protocol can express. */
  timeoutMs: number;
  /** How long the whole entry may take, in ms, whatever the pad was told: the driver then cancels it. Default: no limit. */
  limitMs?: number;
  signal?: AbortSignal;
  /** Called once the pad has taken the request and shows its prompt. */
  onPrompt?: () => void;
}

export const pinPadStatus = v.strictObject({
  online: v.boolean(),
  /** The pad's own serial number, where it has one. No longer than a pad's longest packet, 255 characters. */
  serial: v.optional(text(255)),
  /** It answered as no intact pad does. It is not used again before it has a new key. */
  tampered: v.optional(v.boolean()),
  /** The record of used keys can't be read: no PIN is asked for until it can. */
  counterFile: v.optional(v.boolean()),
});

export type PinPadStatus = v.InferOutput<typeof pinPadStatus>;

export interface PinPad {
  /** Asks whether the pad is there and answers. Never throws for an absent pad: `online` is false. */
  status(): Promise<PinPadStatus>;
  /**
   * Shows the prompt, waits for 4 digits, returns them as ASCII in a Buffer that the caller must zero (`fill(0)`).
   * Errors: pinpad/canceledOrTimeout, pinpad/canceled (by `signal`), pinpad/offline, pinpad/keyExhausted, pinpad/noKey,
   * pinpad/fraudAttempt (repeated KSN, or a block that is not bound to this request), pinpad/fault (the pad
   * reports one), pinpad/busy (another PIN is being read), pinpad/counterFile, pinpad/protocol.
   */
  readPin(request: PinRequest): Promise<Buffer>;
  close(): Promise<void>;
}

/** Remembers the last key serial number counter a pad used, so that a repeated one is refused across restarts too. */
export interface KsnStore {
  /** Last counter accepted (21 bits), or undefined for a pad never seen. */
  load(keySetId: string): Promise<number | undefined>;
  /** Durable when it resolves. */
  save(keySetId: string, counter: number): Promise<void>;
  /** Whether answers under this key set are not to be trusted any more. */
  isDistrusted(keySetId: string): Promise<boolean>;
  /** Durable when it resolves; nothing but another key set takes it back. */
  distrust(keySetId: string): Promise<void>;
}
