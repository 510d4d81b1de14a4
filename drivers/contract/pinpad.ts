// The contract of a PIN pad. A PIN is a Buffer of ASCII digits. It exists in the native process only; its holder zeroes it.
import * as v from 'valibot';
import { nothing, text } from './fields.ts';

export interface PinRequest {
  /**
   * Time for the resident, in ms. The pad is sent a time that its protocol can express, rounded up; the driver cancels an entry that
   * takes longer than this one.
   */
  timeoutMs: number;
  /**
   * Max. duration of the whole entry, in ms, independent of the time sent to the pad. The driver then cancels it. Default:
   * no limit.
   */
  limitMs?: number;
  signal?: AbortSignal;
  /** Called when the pad has accepted the request and shows its prompt. */
  onPrompt?: () => void;
}

export const pinPadStatus = v.strictObject({
  online: v.boolean(),
  /** The pad's serial number, if it has one. Max. 255 characters: the max. length of a packet. */
  serial: v.optional(text(255)),
  /** The pad sent a response that an intact pad does not send. It is not used again before it has a new key. */
  tampered: v.optional(v.boolean()),
  /** The record of used keys can't be read. No PIN is read until it can. */
  counterFile: v.optional(v.boolean()),
});

/** Events of the command `verifyPin`, at both doors. */
export const pinEvents = {
  /** The pad shows its prompt. */
  pinPrompted: nothing,
};

export type PinPadStatus = v.InferOutput<typeof pinPadStatus>;

export interface PinPad {
  /** Checks that the pad answers. Never throws for an absent pad: `online` is then false. */
  status(): Promise<PinPadStatus>;
  /**
   * Shows the prompt, waits for 4 digits and returns them as ASCII in a Buffer. The caller must zero it (`fill(0)`).
   * Errors: pinpad/canceledOrTimeout, pinpad/canceled (by `signal`), pinpad/offline, pinpad/keyExhausted, pinpad/noKey,
   * pinpad/fraudAttempt (repeated KSN, or a block that is not bound to this request), pinpad/fault (the pad
   * reports one), pinpad/busy (another PIN is being read), pinpad/counterFile, pinpad/protocol.
   */
  readPin(request: PinRequest): Promise<Buffer>;
  close(): Promise<void>;
}

/** Stores the last key serial number (KSN) counter of a pad, so that a repeated one is refused after a restart too. */
export interface KsnStore {
  /** The last accepted counter (21 bits), or undefined if the key set was never used here. */
  load(keySetId: string): Promise<number | undefined>;
  /** Durable when it resolves. */
  save(keySetId: string, counter: number): Promise<void>;
  /** Whether responses under this key set are no longer trusted. */
  isDistrusted(keySetId: string): Promise<boolean>;
  /** Durable when it resolves. It is permanent for this key set: the pad needs another one. */
  distrust(keySetId: string): Promise<void>;
}
