// Splits the bytes from a receipt printer into answers.
import { Transform, type TransformCallback } from 'node:stream';

/**
 * One answer (Epson, "ESC/POS command reference"):
 * `realtime`: to DLE EOT n, one byte. `automatic`: a status of 4 bytes (GS a). `process`: to GS ( H, with the 4-digit `id` that
 * we sent.
 */
export type PrinterAnswer =
  | { is: 'realtime'; bits: number }
  | { is: 'automatic'; bytes: readonly number[] }
  | { is: 'process'; id: string };

export interface FramingOptions {
  /** Monotonic milliseconds, as Clock.now(). */
  now(): number;
  /** Max. pause inside one answer, in ms. After a longer pause the bytes before it are noise. */
  pauseMs: number;
}

/** Takes bytes and emits PrinterAnswer. Noise is counted and skipped; it causes no error. The longest answer has 7 bytes. */
export class ResponseFraming extends Transform {
  /** Bytes that belonged to no answer. */
  noise = 0;
  #options: FramingOptions;
  #held: number[] = [];
  #lastMs = 0;

  constructor(options: FramingOptions) {
    super({ readableObjectMode: true });
    this.#options = options;
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const nowMs = this.#options.now();
    if (nowMs - this.#lastMs > this.#options.pauseMs) this.#discard();
    this.#lastMs = nowMs;
    for (const byte of bytes) this.#accept(byte);
    done();
  }

  #accept(byte: number): void {
    if (!fits(this.#held, byte)) {
      this.#rescan(byte);
      return;
    }
    this.#held.push(byte);
    const answer = complete(this.#held);
    if (!answer) return;
    this.#held = [];
    this.push(answer);
  }

  /** The buffered bytes are not an answer: the first is noise, and any later one may begin the next answer. */
  #rescan(byte: number): void {
    const later = this.#held.length === 0 ? [] : [...this.#held.slice(1), byte];
    this.#held = [];
    this.noise += 1;
    for (const again of later) this.#accept(again);
  }

  #discard(): void {
    this.noise += this.#held.length;
    this.#held = [];
  }
}

const isRealtime = (byte: number): boolean => (byte & 0x93) === 0x12;
const isAutomatic = (byte: number): boolean => (byte & 0x93) === 0x10;

/** Whether `byte` can follow the buffered bytes. */
function fits(held: readonly number[], byte: number): boolean {
  const [first] = held;
  if (first === undefined) return isRealtime(byte) || isAutomatic(byte) || byte === 0x37;
  if (first !== 0x37) return (byte & 0x90) === 0; // bytes 2 to 4 of an automatic status
  if (held.length === 1) return byte === 0x22;
  return held.length < 6 ? byte >= 0x30 && byte <= 0x39 : byte === 0;
}

function complete(held: readonly number[]): PrinterAnswer | undefined {
  const first = held[0]!;
  if (isRealtime(first)) return { is: 'realtime', bits: first };
  if (isAutomatic(first)) return held.length === 4 ? { is: 'automatic', bytes: held } : undefined;
  return held.length === 7 ? { is: 'process', id: String.fromCharCode(...held.slice(2, 6)) } : undefined;
}
