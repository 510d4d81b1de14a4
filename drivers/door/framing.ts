// Frames of a door: the body's length in four bytes, most significant byte first, then the body.
import { Transform, type TransformCallback } from 'node:stream';
import { DoorError } from './error.ts';

/** Max. length of a frame's body in either direction, in bytes. */
export const maxFrame = 1 << 20;

const lengthBytes = 4;

/** Puts the length in front of `body`. Errors: door/frame if `body` is empty or too long. */
export function frame(body: Buffer): Buffer {
  if (body.length === 0 || body.length > maxFrame)
    throw new DoorError('door/frame', { detail: { length: body.length } });
  const framed = Buffer.allocUnsafe(lengthBytes + body.length);
  framed.writeUInt32BE(body.length);
  body.copy(framed, lengthBytes);
  return framed;
}

/**
 * Takes bytes in chunks of any size and emits whole frames. A channel between two of our processes has no noise to skip: a
 * wrong length ends the stream with door/frame. Buffers at most one frame and one chunk.
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

  /** A stream that ends inside a frame was interrupted. */
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

  /** The length itself may be split over chunks. The body is concatenated only when all of it has arrived. */
  #peekLength(): number {
    const first = this.#chunks[0]!;
    if (first.length < lengthBytes) this.#chunks = [Buffer.concat(this.#chunks, this.#held)];
    return this.#chunks[0]!.readUInt32BE();
  }
}
