// Splits bytes into tokens: frames with a right or wrong check byte, and single ACK, NAK and EOT. Noise is skipped and counted.
import { Transform, type TransformCallback } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import { ACK, checkByte, EOT, endOf, type Frame, type FrameKind, NAK, SI, STX } from './frame-codec.ts';

export type Token = { is: 'ack' | 'nak' | 'eot' | 'broken' } | { is: 'frame'; frame: Frame };

export interface FramingLimits {
  /** Max. length of a body, in bytes; a longer one is noise. The longest packet of the family is a Z66 of 255 bytes. */
  maxBody: number;
  /** Max. pause inside a frame, in ms. After a longer pause the bytes before it are noise. One byte takes 8.3 ms at 1200 bps. */
  betweenBytesMs: number;
  /** Whether to clear bit 7, which contains the parity of a 7-bit line. */
  sevenBit: boolean;
}

const bare: Record<number, Token> = { [ACK]: { is: 'ack' }, [NAK]: { is: 'nak' }, [EOT]: { is: 'eot' } };

export class Framing extends Transform {
  /** Number of bytes since the start that belonged to no token. */
  skipped = 0;
  #limits: FramingLimits;
  #clock: Clock;
  #open: { kind: FrameKind; body: number[]; ended: boolean } | undefined;
  #lastByteAt = 0;

  constructor(limits: FramingLimits, clock: Clock) {
    super({ readableObjectMode: true });
    this.#limits = limits;
    this.#clock = clock;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const now = this.#clock.now();
    if (this.#open && now - this.#lastByteAt > this.#limits.betweenBytesMs) this.#discard();
    this.#lastByteAt = now;
    for (const byte of chunk) this.#accept(this.#limits.sevenBit ? byte & 0x7f : byte);
    done();
  }

  #accept(byte: number): void {
    const open = this.#open;
    if (open?.ended) this.#finish(open.kind, Buffer.from(open.body), byte);
    else if (byte === STX || byte === SI) this.#begin(byte === STX ? 'transaction' : 'management');
    else if (!open) this.#bareByte(byte);
    else if (byte === endOf[open.kind])
      open.ended = true; // the next byte is the check byte, whatever its value
    else if (open.body.length === this.#limits.maxBody) this.#discard(byte);
    else open.body.push(byte);
  }

  /** A body never contains a start byte, so an open frame was interrupted. */
  #begin(kind: FrameKind): void {
    if (this.#open) this.#discard();
    this.#open = { kind, body: [], ended: false };
  }

  #finish(kind: FrameKind, body: Buffer, check: number): void {
    this.#open = undefined;
    this.push(
      checkByte(body, endOf[kind]) === check ? { is: 'frame', frame: { kind, body } } : { is: 'broken' },
    );
  }

  #bareByte(byte: number): void {
    const token = bare[byte];
    if (token) this.push(token);
    else this.skipped += 1;
  }

  #discard(...more: number[]): void {
    if (this.#open) this.skipped += 1 + this.#open.body.length + (this.#open.ended ? 1 : 0) + more.length;
    this.#open = undefined;
  }
}
