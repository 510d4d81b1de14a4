// Frames of a door: four bytes of length, most significant first, then that many bytes.
import { Transform, type TransformCallback } from 'node:stream';
import { DoorError } from './error.ts';

/** Longest frame either way, in bytes, its length not counted. */
export const maxFrame = 1 << 20;

const lengthBytes = 4;

/** Bytes with their length in front. Errors: door/frame for none or too many. */
export function frame(body: Buffer): Buffer {
  if (body.length === 0 || body.length > maxFrame)
    throw new DoorError('door/frame', { detail: { length: body.length } });
  const framed = Buffer.allocUnsafe(lengthBytes + body.length);
  framed.writeUInt32BE(body.length);
  body.copy(framed, lengthBytes);
  return framed;
}

/**
 * Bytes in any pieces in, whole frames out. Between two of our processes there is no noise to skip: a wrong length
 * ends the stream with door/frame. Holds at most one frame and one chunk.
 */
export class DoorFraming extends Transform {
  #chunks: Buffer[] = [];
  #held = 0;

  constructor() {
    super({ readableObjectMode: true });
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    try {
      for (let body = this.#next(); body; body = this.#next()) this.push(body);
      done();
    } catch (error) {
      done(error as DoorError);
    }
  }

  /** A stream that ends inside a frame was cut off. */
  override _flush(done: TransformCallback): void {
    done(this.#held === 0 ? null : new DoorError('door/frame', { detail: { cutOff: true } }));
  }

  #next(): Buffer | undefined {
    if (this.#held < lengthBytes) return undefined;
    const length = this.#peekLength();
    if (length === 0 || length > maxFrame) throw new DoorError('door/frame', { detail: { length } });
    if (this.#held < lengthBytes + length) return undefined;
    const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#held);
    const rest = all.subarray(lengthBytes + length);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    return all.subarray(lengthBytes, lengthBytes + length);
  }

  /** The length may itself lie in pieces; the body is put together only once it is whole. */
  #peekLength(): number {
    const first = this.#chunks[0]!;
    if (first.length < lengthBytes) this.#chunks = [Buffer.concat(this.#chunks, this.#held)];
    return this.#chunks[0]!.readUInt32BE();
  }
}
