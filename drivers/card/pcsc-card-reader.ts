// A contact or contactless card reader through PC/SC.

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
  /** In [0, 1), for the waits between two contexts. Default Math.random. */
  random?: () => number;
  /** Beginning of the reader's PC/SC name; default: the first reader that there is. */
  reader?: string;
}

/** The longest short response: 256 bytes and the status word. */
const MAX_RESPONSE = 258;

/**
 * The card is held exclusively from `open()` on: nobody else on this machine can use a PIN that was verified. The PIN
 * is cleared by a reset at the next `open()` and at `close()`. pcsclite copies each APDU to memory that it frees
 * unwiped (docs/threat-model.md, "Memory"), so this runs in a process of its own.
 */
export class PcscCardReader implements CardReader {
  #clock: Clock;
  #listeners: ((event: CardReaderEvent) => void)[] = [];
  #watch: PcscWatch;
  #reader: PcscReader | undefined;
  #present = false;
  /** Counter and presence as pcscd told them last. */
  #told: { counter: number; present: boolean } | undefined;
  /** Counts up whenever an open card stops being ours: taken out, opened again, failed, reader lost. */
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

  /** Begins to look for the reader. It is offline until then. */
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
    await this.#letGo(reader);
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
      await this.#letGo(reader).catch(() => {}); // it has begun anew then; the first error tells why
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#session++;
    // A handle that can't be given back goes with its context.
    if (this.#reader) await this.#letGo(this.#reader).catch(() => {});
    await this.#watch.stop();
  }

  /** Events coalesce: it is the counter that tells of a card changed for another. */
  #status(reader: PcscReader, state: number): void {
    if ((state & SCARD.stateUnavailable) !== 0) {
      this.#lost();
      return;
    }
    const counter = state >>> 16;
    const present = (state & SCARD.statePresent) !== 0;
    const before = this.#told;
    if (before?.counter === counter && before.present === present) return;
    this.#told = { counter, present };
    const session = ++this.#session;
    this.#left();
    const wasPutIn = before !== undefined && before.counter !== counter;
    if (!present || wasPutIn) this.#found(reader, present);
    // Not counted as put in: pcscd 1.9.9 can tell of a card that left while the handle of a dead client was being reset.
    else void answers(reader).then(there => session === this.#session && this.#found(reader, there));
  }

  /** What lies in the slot is known now. */
  #found(reader: PcscReader, present: boolean): void {
    if (!this.#reader) {
      this.#reader = reader;
      this.#emit('online');
    }
    this.#present = present;
    if (present) this.#emit('inserted');
  }

  #left(): void {
    if (!this.#present) return;
    this.#present = false;
    this.#emit('removed');
  }

  #lost(): void {
    const had = this.#reader;
    this.#session++;
    this.#reader = undefined;
    this.#told = undefined;
    this.#left();
    if (had) this.#emit('offline');
  }

  #emit(event: CardReaderEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** One call for the card of `session`. A failure ends the session: nothing is ever sent again by itself. */
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
        if (pcscFailure(cause) === 'noCard') this.#left();
      }
      throw refusal(cause, gone);
    }
  }

  /** Gives the card back reset, which clears its PIN. A handle that can't be given back needs a new context. */
  async #letGo(reader: PcscReader): Promise<void> {
    if (!reader.connected) return;
    try {
      await pcscCall<void>(done => reader.disconnect(SCARD.resetCard, done));
    } catch (cause) {
      this.#watch.rebuild();
      throw refusal(cause, 'card/readerOffline');
    }
  }
}

/** Whether a card answers, whatever it is: asked with a command that changes nothing, GET DATA (ISO 7816-4, 11.4). */
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
