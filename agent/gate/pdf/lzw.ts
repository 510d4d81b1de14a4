// LZWDecode (ISO 32000-1, 7.4.4).
import { secretBytes } from '../../../drivers/base/secret-bytes.ts';
import { refusePdf } from './broken-rule.ts';

const clear = 256;
const end = 257;

/** A new buffer of at most `limit` bytes. `early`: codes become longer one code early (the default of PDF). */
export function lzw(data: Buffer, early: boolean, limit: number): Buffer {
  const out = secretBytes(limit);
  // for each code: where in the output its sequence was written, and how long it is
  const starts = new Uint32Array(4096);
  const lengths = new Uint16Array(4096);
  let [next, width, held, bits, length] = [258, 9, 0, 0, 0];
  let previous = -1;
  for (const byte of data) {
    held = ((held << 8) | byte) & 0xffffff;
    bits += 8;
    if (bits < width) continue;
    bits -= width;
    const code = (held >> bits) & ((1 << width) - 1);
    if (code === end) return out.subarray(0, length);
    if (code === clear) {
      [next, width, previous] = [258, 9, -1];
      continue;
    }
    const known = code < 256 || code < next;
    if ((!known && (code !== next || previous < 0)) || next > 4096) refusePdf('filter');
    const from = length;
    const source = known ? code : previous;
    const size = source < 256 ? 1 : lengths[source]!;
    if (length + size + 1 > limit) refusePdf('limit');
    if (source < 256) out[length++] = source;
    else for (let i = 0; i < size; i++) out[length++] = out[starts[source]! + i]!;
    if (!known) out[length++] = out[from]!;
    if (previous >= 0 && next < 4096) {
      // the previous sequence and one byte more: both are in the output, one after the other
      const before = previous < 256 ? 1 : lengths[previous]!;
      starts[next] = from - before;
      lengths[next++] = before + 1;
    }
    previous = code;
    const full = next + (early ? 1 : 0);
    width = full >= 2048 ? 12 : full >= 1024 ? 11 : full >= 512 ? 10 : 9;
  }
  return refusePdf('filter');
}
