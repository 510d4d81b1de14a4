// The differences between the PIN pads of the VeriFone packet family, as data. Written from manuals. We had no VeriFone
// PINpad 1000SE, so nothing here claims what it does.
import type { LineSettings } from '../line/line.ts';
import { FS } from './frame-codec.ts';
import type { FramingLimits } from './framing.ts';
import type { PinPadErrorCode } from './pinpad-error.ts';

export interface HandshakeTiming {
  /** Max. wait for ACK, in ms. */
  ackMs: number;
  /** Max. wait for the answer to a management frame, in ms. */
  replyMs: number;
  /** Max. times that a frame is sent, or that a broken frame is requested again, before EOT ends the session. [1..5] */
  tries: number;
}

export interface Dialect {
  name: string;
  line: LineSettings;
  framing: FramingLimits;
  timing: HandshakeTiming;
  /** Body of the PIN request, with placeholders {account} and {timeout}. */
  pinRequest: string;
  /** {timeout} is one digit from 1 to `max`, in units of `unitMs`. Absent if the request has no such field. */
  timeout?: { unitMs: number; max: number };
  /** Codes of the pad's error characters. A character that is not listed is `pinpad/protocol`. */
  errors: Record<string, PinPadErrorCode>;
}

/** UNCONFIRMED for the PINpad 1000SE: widely stated, but in no manual that we could read. PP791 (p. 45-46) accepts any settings. */
const usualLine: LineSettings = { baudRate: 1200, dataBits: 7, parity: 'even' };

/** UNCONFIRMED: no manual states the host's timers. The pad's own values are 5 s and 3 tries (PP791 p. 27). */
const usualTiming: HandshakeTiming = { ackMs: 3000, replyMs: 6000, tries: 3 };

const framing: FramingLimits = { maxBody: 255, betweenBytesMs: 500, sevenBit: true };

/** Z62 with the pad's own prompts, four digits (Uniform PP791 manual p. 228-229, 245, 249). The default. */
export const visa70: Dialect = {
  name: 'visa-70',
  line: usualLine,
  framing,
  timing: usualTiming,
  pinRequest: ['Z62.{account}', '0404NENTER PIN', 'PRESS ENTER', 'PROCESSING', '{timeout}'].join(FS),
  timeout: { unitMs: 30_000, max: 9 },
  errors: {
    A: 'pinpad/noKey',
    F: 'pinpad/keyExhausted',
    B: 'pinpad/fault',
    C: 'pinpad/fault',
    G: 'pinpad/fault',
  },
};

/** UNCONFIRMED for Z63: from the table of packet 76, because we could not get the table of Z63 in DUKPT mode. */
const verifoneErrors: Dialect['errors'] = { 1: 'pinpad/noKey', 6: 'pinpad/keyExhausted' };

/** Z63 with the pad's single prompt, four digits, echoed as `*` (VeriFone Mx800 guide p. 311, 327, 331). */
export const verifoneIpp: Dialect = {
  name: 'verifone-ipp',
  line: usualLine,
  framing,
  timing: usualTiming,
  pinRequest: ['Z63.{account}', 'DUKPT ENCRYPTION0404N*'].join(FS),
  errors: verifoneErrors,
};

/** Dialects by their name in the configuration. */
export const dialects: Record<string, Dialect> = { [visa70.name]: visa70, [verifoneIpp.name]: verifoneIpp };

/** The body of a PIN request, and the pad's own wait, in ms: at least `timeoutMs`, up to the max. of {timeout}. */
export function pinRequest(
  dialect: Dialect,
  account: string,
  timeoutMs: number,
): { body: string; waitMs: number } {
  const { timeout } = dialect;
  const units = timeout ? Math.min(Math.max(Math.ceil(timeoutMs / timeout.unitMs), 1), timeout.max) : 0;
  const body = dialect.pinRequest.replace('{account}', account).replace('{timeout}', String(units));
  return { body, waitMs: timeout ? units * timeout.unitMs : timeoutMs };
}
