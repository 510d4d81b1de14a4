// Takes the sealed document piece by piece, in order and resumable. Allocates the announced size and no more.
import { documentLimit } from '../../protocol/document.ts';
import { GateRefusal } from '../gate-refusal.ts';

export class DocumentIntake {
  #bytes: Buffer | undefined;
  #received = 0;
  #closed = false;

  /**
   * Takes the new part of a piece. Returns the number of bytes received, from the beginning.
   * Errors: gate/documentSize (another size than announced, too long, or a piece past the end), gate/documentGap,
   * gate/sequence after `erase`.
   */
  put(offset: number, size: number, chunk: Buffer): number {
    if (this.#closed) throw new GateRefusal('gate/sequence', { detail: { reason: 'documentDone' } });
    this.#bytes ??= allocate(size);
    if (size !== this.#bytes.length || offset + chunk.length > size)
      throw new GateRefusal('gate/documentSize', { detail: { size } });
    if (offset > this.#received)
      throw new GateRefusal('gate/documentGap', { detail: { received: this.#received } });
    const known = this.#received - offset;
    if (known < chunk.length) this.#received += chunk.copy(this.#bytes, this.#received, known);
    return this.#received;
  }

  /** The whole sealed document, still owned by the intake. Errors: gate/documentIncomplete. */
  whole(): Buffer {
    if (!this.#bytes || this.#received < this.#bytes.length)
      throw new GateRefusal('gate/documentIncomplete', { detail: { received: this.#received } });
    return this.#bytes;
  }

  /** Zeroes what was received, and takes no more. */
  erase(): void {
    this.#bytes?.fill(0);
    this.#bytes = undefined;
    this.#received = 0;
    this.#closed = true;
  }
}

function allocate(size: number): Buffer {
  if (size < 1 || size > documentLimit) throw new GateRefusal('gate/documentSize', { detail: { size } });
  return Buffer.alloc(size);
}
