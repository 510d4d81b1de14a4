// ASCIIHexDecode, ASCII85Decode and RunLengthDecode (ISO 32000-1, 7.4.2, 7.4.3, 7.4.5). Each returns a new buffer.
import { secretBytes } from '../../../drivers/base/secret-bytes.ts';
import { refusePdf } from './broken-rule.ts';
import { isHexDigit, isSpace } from './lexer.ts';

/** Takes the part before the end mark; after it there may be white space only. */
function beforeMark(data: Buffer, mark: string): Buffer {
  const end = data.indexOf(mark);
  for (let i = end + mark.length; i < data.length; i++) if (end < 0 || !isSpace(data[i])) refusePdf('filter');
  return end < 0 ? refusePdf('filter') : data.subarray(0, end);
}

export function asciiHex(data: Buffer): Buffer {
  const input = beforeMark(data, '>');
  const out = secretBytes((input.length + 1) >> 1);
  let digits = 0;
  for (const byte of input) {
    if (isSpace(byte)) continue;
    if (!isHexDigit(byte)) refusePdf('filter');
    const digit = byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57;
    out[digits >> 1]! |= digits & 1 ? digit : digit << 4;
    digits++;
  }
  return out.subarray(0, (digits + 1) >> 1);
}

export function ascii85(data: Buffer, limit: number): Buffer {
  const input = beforeMark(data, '~>');
  let zeros = 0;
  for (const byte of input) if (byte === 0x7a) zeros++;
  const size = 4 * (zeros + Math.ceil((input.length - zeros) / 5));
  if (size > limit) refusePdf('limit');
  const out = secretBytes(size);
  let [length, group, value] = [0, 0, 0];
  const put = (bytes: number) => {
    if (value > 0xffffffff) refusePdf('filter');
    for (let i = 0; i < bytes; i++) out[length++] = Math.floor(value / 2 ** (24 - 8 * i)) & 0xff;
    [group, value] = [0, 0];
  };
  for (const byte of input) {
    if (isSpace(byte)) continue;
    if (byte === 0x7a && group === 0) put(4);
    else if (byte < 0x21 || byte > 0x75) refusePdf('filter');
    else {
      value = value * 85 + (byte - 0x21);
      if (++group === 5) put(4);
    }
  }
  if (group === 1) refusePdf('filter');
  if (group > 1) {
    const bytes = group - 1;
    for (; group < 5; group++) value = value * 85 + 84;
    put(bytes);
  }
  return out.subarray(0, length);
}

export function runLength(data: Buffer, limit: number): Buffer {
  const out = secretBytes(Math.min(limit, lengthOfRuns(data)));
  let length = 0;
  for (let at = 0; length < out.length; ) {
    const count = data[at++]!;
    if (count < 128) {
      data.copy(out, length, at, at + count + 1);
      at += count + 1;
      length += count + 1;
    } else {
      out.fill(data[at++]!, length, length + 257 - count);
      length += 257 - count;
    }
  }
  return out;
}

function lengthOfRuns(data: Buffer): number {
  let length = 0;
  let at = 0;
  for (; at < data.length && data[at] !== 128; ) {
    const count = data[at]!;
    length += count < 128 ? count + 1 : 257 - count;
    at += count < 128 ? count + 2 : 2;
  }
  return at > data.length ? refusePdf('filter') : length;
}
