// The driver of a contact or contactless card reader, through PC/SC.

import type { Clock } from '../base/clock.ts';
import type { CardReader, CardReaderEvent, IdCard } from '../contract/card.ts';
import type { Transmit } from './apdu.ts';
import { CardError, type CardErrorCode } from './error.ts';
import { JpkiCard } from './jpki-card.ts';
import { type OpenPcsc, type PcscReader, pcscCall, pcscCode, pcscFailure, SCARD } from './pcsc.ts';
import { overwriteLastCommand } from './pcsc-overwrite.ts';
import { PcscWatch } from './pcsc-watch.ts';

export interface PcscCardReaderOptions {
  /** pcsclite's default export. It finds pcscd by itself. */
  openPcsc: OpenPcsc;
  clock: Clock;
  /** In [0, 1), for the jitter of the waits between two contexts. Default Math.random. */
  random?: () => number;
  /** Prefix of the reader's PC/SC name. Default: the first reader. */
  reader?: string;
}

/** Max. length of a short response: 256 bytes and the status word. */
const MAX_RESPONSE = 258;

/**
 * From `open()` on the connection to the card is exclusive: no other program on this machine can use a verified PIN. A
 * reset at the next `open()` and at `close()` clears the PIN. pcsclite copies each APDU to memory that it frees without
 * wiping (docs/threat-model.md, "Memory"). Therefore this driver runs in its own process.
 */
export class PcscCardReader implements CardReader {
  #clock: Clock;
  #listeners: ((event: CardReaderEvent) => void)[] = [];
  #watch: PcscWatch;
  #reader: PcscReader | undefined;
  #present = false;
  /** Counter and presence as last reported by pcscd. */
  #lastReported: { counter: number; present: boolean } | undefined;
  /** Increased whenever an open card becomes invalid: removed, opened again, failed, reader lost. */
  #session = 0;

  constructor(options: PcscCardReaderOptions) {
    this.#clock = options.clock;
    this.#watch = new PcscWatch({
      open: options.openPcsc,
      clock: options.clock,
      random: options.random ?? Math.random,
      wants: name => name.startsWith(options.reader ?? ''),
      listener: { status: (reader, state) => this.#status(reader, state), lost: () => this.#lost() },
    });
  }

  /** Begins to search for the reader. It is offline until then. */
  start(): void {
    this.#watch.start();
  }

  get online(): boolean {
    return this.#reader !== undefined;
  }

  get present(): boolean {
    return this.#present;
  }

  onEvent(listener: (event: CardReaderEvent) => void): void {
    this.#listeners.push(listener);
  }

  async open(): Promise<IdCard> {
    const reader = this.#reader;
    if (!reader) throw new CardError('card/readerOffline', { completion: 'deviceNotReady' });
    if (!this.#present) throw new CardError('card/absent', { completion: 'deviceNotReady' });
    const session = ++this.#session;
    await this.#release(reader);
    const protocol = await this.#ask<number>(session, 'card/absent', done =>
      reader.connect({ share_mode: SCARD.shareExclusive, protocol: SCARD.protocolT0OrT1 }, done),
    );
    const transmit: Transmit = async (apdu, secret) => {
      try {
        return await this.#ask<Buffer>(session, 'card/removed', done =>
          reader.transmit(apdu, MAX_RESPONSE, protocol, done),
        );
      } finally {
        if (secret) await overwriteLastCommand(reader);
      }
    };
    try {
      return await JpkiCard.open(transmit, { clock: this.#clock });
    } catch (error) {
      await this.#release(reader).catch(() => {}); // the watch opens a new context then; the original error is the reason
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#session++;
    // A handle that can't be released is closed with its context.
    if (this.#reader) await this.#release(this.#reader).catch(() => {});
    await this.#watch.stop();
  }

  /** pcscd may merge several events into one. Only the counter shows that a card was replaced by another. */
  #status(reader: PcscReader, state: number): void {
    if ((state & SCARD.stateUnavailable) !== 0) {
      this.#lost();
      return;
    }
    const counter = state >>> 16;
    const present = (state & SCARD.statePresent) !== 0;
    const previous = this.#lastReported;
    if (previous?.counter === counter && previous.present === present) return;
    this.#lastReported = { counter, present };
    const session = ++this.#session;
    this.#removed();
    const wasInserted = previous !== undefined && previous.counter !== counter;
    if (!present || wasInserted) this.#setPresence(reader, present);
    // Without a counted insertion the card is checked: pcscd 1.9.9 can report a card as present that was removed while pcscd
    // reset the handle of a crashed client.
    else void answers(reader).then(there => session === this.#session && this.#setPresence(reader, there));
  }

  /** Sets whether a card is in the slot, and reports the reader as online. */
  #setPresence(reader: PcscReader, present: boolean): void {
    if (!this.#reader) {
      this.#reader = reader;
      this.#emit('online');
    }
    this.#present = present;
    if (present) this.#emit('inserted');
  }

  #removed(): void {
    if (!this.#present) return;
    this.#present = false;
    this.#emit('removed');
  }

  #lost(): void {
    const had = this.#reader;
    this.#session++;
    this.#reader = undefined;
    this.#lastReported = undefined;
    this.#removed();
    if (had) this.#emit('offline');
  }

  #emit(event: CardReaderEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Makes one call for the card of `session`. A failure ends the session: no command is repeated automatically. */
  async #ask<T>(
    session: number,
    gone: CardErrorCode,
    start: (done: (error: unknown, value: T) => void) => void,
  ): Promise<T> {
    if (session !== this.#session) throw new CardError('card/removed', { completion: 'sequenceError' });
    try {
      return await pcscCall(start);
    } catch (cause) {
      if (session === this.#session) {
        this.#session++;
        if (pcscFailure(cause) === 'noCard') this.#removed();
      }
      throw refusal(cause, gone);
    }
  }

  /** Disconnects and resets the card, which clears its PIN. If the handle can't be released, a new context is needed. */
  async #release(reader: PcscReader): Promise<void> {
    if (!reader.connected) return;
    try {
      await pcscCall<void>(done => reader.disconnect(SCARD.resetCard, done));
    } catch (cause) {
      this.#watch.rebuild();
      throw refusal(cause, 'card/readerOffline');
    }
  }
}

/** Whether a card of any kind answers. Sends GET DATA (ISO 7816-4, 11.4), which changes nothing on the card. */
async function answers(reader: PcscReader): Promise<boolean> {
  try {
    const protocol = await pcscCall<number>(done =>
      reader.connect({ share_mode: SCARD.shareExclusive, protocol: SCARD.protocolT0OrT1 }, done),
    );
    await pcscCall<Buffer>(done => reader.transmit(getData, MAX_RESPONSE, protocol, done));
    return true;
  } catch (cause) {
    const failure = pcscFailure(cause);
    return failure === 'heldByAnother' || failure === 'mute';
  } finally {
    if (reader.connected)
      await pcscCall<void>(done => reader.disconnect(SCARD.leaveCard, done)).catch(() => {});
  }
}

const getData = Buffer.from('00CA000000', 'hex');

function refusal(cause: unknown, gone: CardErrorCode): CardError {
  const code = pcscCode(cause);
  const detail: Record<string, string> = code === undefined ? {} : { pcsc: code.toString(16) };
  switch (pcscFailure(cause)) {
    case 'serviceLost':
    case 'heldByAnother':
      return new CardError('card/readerOffline', { completion: 'connectionLost', detail, cause });
    case 'mute':
      return new CardError('card/noApplication', { detail, cause });
    default:
      return new CardError(gone, { detail, cause });
  }
}
