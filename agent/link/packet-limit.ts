// Ends a stream from the broker at the first packet that is larger than we said at CONNECT. mqtt.js would hold all of it first.
import type { Duplex } from 'node:stream';

/** Follows MQTT's framing (MQTT 5, 2.1): a byte of type, the length of the rest in 1 to 4 bytes of 7 bits, the rest. */
export class PacketSizes {
  /** Bytes of the present packet that are still to come; undefined while its length is read. */
  #rest: number | undefined;
  #hasType = false;
  #length = 0;
  #shift = 0;

  /** The largest size of the packets whose header is in `bytes`, in bytes, header not counted; Infinity where a length has over 4 bytes. */
  largest(bytes: Buffer): number {
    let largest = 0;
    for (let at = 0; at < bytes.length; ) {
      if (this.#rest !== undefined) {
        const skipped = Math.min(this.#rest, bytes.length - at);
        at += skipped;
        this.#rest -= skipped;
        if (this.#rest === 0) this.#rest = undefined;
        continue;
      }
      const byte = bytes[at++]!;
      if (!this.#hasType) {
        this.#hasType = true;
        continue;
      }
      this.#length += (byte & 0x7f) * 2 ** this.#shift;
      this.#shift += 7;
      if (byte >= 0x80 && this.#shift < 28) continue;
      largest = Math.max(largest, byte >= 0x80 ? Infinity : this.#length);
      this.#rest = this.#length || undefined;
      this.#hasType = false;
      this.#length = 0;
      this.#shift = 0;
    }
    return largest;
  }
}

/** The same stream. It is destroyed with an error where a packet of more than `maxBytes` begins. */
export function limitPackets<S extends Duplex>(stream: S, maxBytes: number): S {
  const sizes = new PacketSizes();
  stream.prependListener('data', (bytes: Buffer) => {
    if (sizes.largest(bytes) <= maxBytes) return;
    stream.destroy(Object.assign(new Error('a packet is too large'), { code: 'EMSGSIZE' }));
  });
  return stream;
}
