// The driver of a PIN pad of the VeriFone packet family on a serial line.
import type { Clock } from '../base/clock.ts';
import type { KsnStore, PinPad, PinPadStatus, PinRequest } from '../contract/pinpad.ts';
import type { Line } from '../line/line.ts';
import { type Dialect, pinRequest } from './dialect.ts';
import { Handshake } from './handshake.ts';
import { sessionAccount } from './pin-block.ts';
import { type PinReply, parsePinReply } from './pin-reply.ts';
import { isPinPadError, PinPadError } from './pinpad-error.ts';
import { type PadKey, unsealPin } from './unseal-pin.ts';

/** Serial number request, and the packet id of its answer (PP791 manual p. 36-37, Mx800 guide p. 290-291). */
const serialPacket = '06';
/** Ends a PIN entry: EOT during one, ACK when idle (PP791 manual p. 206). */
const cancelPacket = '72';

/**
 * Reasons to distrust a pad: it repeated an old response, or sent one that does not belong to the request. A response under
 * another key is only refused: it may be a mistake in the configuration.
 */
const distrusting: ReadonlySet<string> = new Set(['repeatedKsn', 'binding']);

export class SerialPinPad implements PinPad {
  #clock: Clock;
  #dialect: Dialect;
  #key: PadKey;
  #ksnStore: KsnStore;
  #line: Line;
  #handshake: Handshake;
  #serial: string | undefined;
  #busy = false;
  /** A PIN is being read, or the read waits for a status request to end. */
  #reading = false;
  #distrusted = false;
  #asking: Promise<PinPadStatus> | undefined;

  /** Owns the line: no other code may read from it, and `close()` closes it. Copies `key`. */
  constructor(line: Line, clock: Clock, dialect: Dialect, key: PadKey, ksnStore: KsnStore) {
    this.#clock = clock;
    this.#line = line;
    this.#dialect = dialect;
    this.#key = { ...key, initialKey: Buffer.from(key.initialKey) };
    this.#ksnStore = ksnStore;
    this.#handshake = new Handshake(line, clock, dialect);
  }

  /** During a PIN entry the pad can't be queried, so this returns the last known status. Concurrent calls share one query. */
  status(): Promise<PinPadStatus> {
    this.#asking ??= this.#askStatus().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #askStatus(): Promise<PinPadStatus> {
    try {
      if (await this.#isDistrusted()) return { online: this.#line.online, tampered: true };
      if (!this.#line.online) return { online: false };
      if (this.#busy || this.#reading) return this.#known();
      await this.#exclusively(() => this.#askSerial());
      return this.#known();
    } catch (error) {
      if (!isPinPadError(error)) throw error;
      return { online: false, ...(error.code === 'pinpad/counterFile' && { counterFile: true }) };
    }
  }

  async readPin(request: PinRequest): Promise<Buffer> {
    if (this.#reading) throw new PinPadError('pinpad/busy');
    this.#reading = true; // from now on a status request does not query the pad
    const { limitMs = Infinity } = request;
    const endMs = this.#clock.now() + limitMs;
    try {
      await this.#asking; // wait for our own status request, which is short
      return await this.#readPin(request, endMs);
    } finally {
      this.#reading = false;
    }
  }

  async #readPin(request: PinRequest, endMs: number): Promise<Buffer> {
    if (request.signal?.aborted) throw new PinPadError('pinpad/canceled');
    if (await this.#isDistrusted())
      throw new PinPadError('pinpad/fraudAttempt', { detail: { reason: 'distrusted' } });
    const account = sessionAccount();
    const reply = await this.#exclusively(() => this.#askPin(account, request, endMs));
    if (reply.is === 'block') return await this.#unseal(reply, account);
    if (reply.is === 'foreign')
      throw new PinPadError('pinpad/protocol', { detail: { reason: 'foreignReply' } });
    const code = this.#dialect.errors[reply.padCode] ?? 'pinpad/protocol';
    throw new PinPadError(code, { detail: { padCode: reply.padCode } });
  }

  async #unseal(reply: { ksn: Buffer; block: Buffer }, account: string): Promise<Buffer> {
    try {
      return await unsealPin(reply, account, this.#key, this.#ksnStore);
    } catch (error) {
      if (isPinPadError(error) && distrusting.has(String(error.detail.reason))) await this.#distrust(error);
      throw error;
    }
  }

  /** An intact pad never sends such a response, and a replay attack must not continue. So this key set is never used again. */
  async #distrust(why: PinPadError): Promise<void> {
    this.#distrusted = true; // also if the write to disk fails
    try {
      await this.#ksnStore.distrust(this.#key.keySetId);
    } catch (cause) {
      throw new PinPadError('pinpad/fraudAttempt', { detail: why.detail, cause });
    }
  }

  async #isDistrusted(): Promise<boolean> {
    return this.#distrusted || (await this.#ksnStore.isDistrusted(this.#key.keySetId));
  }

  async close(): Promise<void> {
    await this.#handshake.close();
    this.#key.initialKey.fill(0);
  }

  async #askPin(account: string, request: PinRequest, endMs: number): Promise<PinReply> {
    const { timeoutMs, signal, onPrompt } = request;
    const { body, waitMs } = pinRequest(this.#dialect, account, timeoutMs);
    // `signal` does not interrupt this short wait: before a cancel, pad and driver must be in the same state.
    await this.#handshake.request('transaction', body);
    onPrompt?.();
    // A pad whose own time is over within ours ends the entry itself. One that counts in larger units is cancelled in time.
    const ownMs =
      this.#dialect.timeout && waitMs <= timeoutMs ? waitMs + this.#dialect.timing.replyMs : timeoutMs;
    const leftMs = Math.max(1, endMs - this.#clock.now());
    const reply = await this.#handshake.receive('transaction', Math.min(ownMs, leftMs), signal);
    if (typeof reply === 'object') return parsePinReply(reply.body);
    if (reply !== 'ended') await this.#handshake.send('transaction', cancelPacket);
    throw new PinPadError(reply === 'aborted' ? 'pinpad/canceled' : 'pinpad/canceledOrTimeout');
  }

  async #askSerial(): Promise<void> {
    const { timing } = this.#dialect;
    await this.#handshake.request('management', serialPacket);
    const reply = await this.#handshake.receive('management', timing.replyMs);
    if (typeof reply !== 'object') throw new PinPadError('pinpad/offline', { detail: { reason: 'noReply' } });
    const text = reply.body.toString('latin1');
    if (!text.startsWith(serialPacket))
      throw new PinPadError('pinpad/protocol', { detail: { reason: 'foreignReply' } });
    const serial = text.slice(serialPacket.length);
    this.#serial = /[^0]/.test(serial) ? serial : undefined; // all zeros: no serial number was set
    await this.#handshake.end();
  }

  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new PinPadError('pinpad/busy');
    this.#busy = true;
    try {
      return await this.#handshake.session(work);
    } finally {
      this.#busy = false;
    }
  }

  #known(): PinPadStatus {
    return this.#serial === undefined ? { online: true } : { online: true, serial: this.#serial };
  }
}
