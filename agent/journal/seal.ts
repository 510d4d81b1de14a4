// Sealing of commits: AES-256-GCM under a key of this segment only. With a key for each segment and a counter for each commit
// no pair of key and nonce is used twice, even where a power cut removed the end of a segment.
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { encodeHeader, headerBytes, type SegmentHeader, tagBytes } from './segment-format.ts';

const derive = (key: KeyObject, salt: Buffer, info: string, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, info, length));

/** Identifies a data key and reveals nothing of it: 16 bytes. */
export const keyIdOf = (dataKey: KeyObject): Buffer =>
  derive(dataKey, Buffer.alloc(0), 'madoguchi/1 journal key id', 16);

/** Seals and opens the commits of one segment. `counter` is the commit's place in the segment, from 0. */
export class SegmentSeal {
  #key: KeyObject;
  #header: Buffer;

  constructor(dataKey: KeyObject, header: SegmentHeader) {
    const key = derive(dataKey, header.salt, 'madoguchi/1 journal segment', 32);
    this.#key = createSecretKey(key); // a KeyObject is set up once, a Buffer again for each commit
    key.fill(0);
    this.#header = encodeHeader(header).subarray(0, headerBytes);
  }

  /** Encrypts the first `length` bytes of `content` in place, writes the tag after them, and returns it. */
  seal(content: Buffer, length: number, commitHeader: Buffer, counter: number): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce(counter));
    cipher.setAAD(Buffer.concat([this.#header, commitHeader]));
    cipher.update(content.subarray(0, length)).copy(content);
    cipher.final();
    const tag = cipher.getAuthTag();
    tag.copy(content, length);
    return tag;
  }

  /** The plain content; undefined where this terminal did not seal it at this place in this chain. */
  open(ciphertext: Buffer, commitHeader: Buffer, counter: number, tag: Buffer): Buffer | undefined {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce(counter), { authTagLength: tagBytes });
    decipher.setAAD(Buffer.concat([this.#header, commitHeader])).setAuthTag(tag);
    const plain = decipher.update(ciphertext);
    try {
      decipher.final();
      return plain;
    } catch {
      return undefined; // the only failure here: the tag does not fit
    }
  }
}

/** 96 bits (NIST SP 800-38D, 8.2.1): 64 zero bits as the fixed field, then the counter. */
function nonce(counter: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(counter, 8);
  return bytes;
}
