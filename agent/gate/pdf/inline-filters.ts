// Where the encoded data of an inline image end. Only filters whose data say so themselves.
import { ascii85, asciiHex } from './ascii-filters.ts';
import { refusePdf } from './broken-rule.ts';
import { type Inflated, inflate } from './inflate.ts';
import type { ValueBudget } from './parser.ts';

/** Max size of an unpacked inline image, in bytes. The standard recommends 4 KiB. */
const maxUnpacked = 1 << 20;
/** So many bytes that are unpacked take about as long as a value. */
const bytesOfValue = 256;
/** To begin takes as long as so many values. */
const valuesToBegin = 16;

/** Up to and with its end-of-data mark, in bytes. Errors: inlineImage, limit; filter, syntax, where it does not decode. */
export function encodedLength(filter: string, data: Buffer, budget: ValueBudget): number {
  switch (filter) {
    case 'AHx':
    case 'ASCIIHexDecode':
      return textLength(data, '>', asciiHex);
    case 'A85':
    case 'ASCII85Decode':
      return textLength(data, '~>', encoded => ascii85(encoded, maxUnpacked));
    case 'RL':
    case 'RunLengthDecode':
      return runLength(data);
    case 'Fl':
    case 'FlateDecode':
      return deflatedLength(data, budget);
    default:
      return refusePdf('inlineImage');
  }
}

function textLength(data: Buffer, mark: string, decode: (data: Buffer) => Buffer): number {
  const at = data.indexOf(mark[0]!);
  const length = at + mark.length;
  if (at < 0 || data.toString('latin1', at, length) !== mark) refusePdf('inlineImage');
  decode(data.subarray(0, length)).fill(0);
  return length;
}

function runLength(data: Buffer): number {
  for (let at = 0; at < data.length; ) {
    const count = data[at]!;
    if (count === 128) return at + 1;
    at += count < 128 ? count + 2 : 2;
  }
  return refusePdf('inlineImage');
}

function deflatedLength(data: Buffer, budget: ValueBudget): number {
  for (let i = 0; i < valuesToBegin; i++) budget.spend();
  const { bytes, readBytes } = inflated(data);
  bytes.fill(0);
  for (let i = 0; i < bytes.length; i += bytesOfValue) budget.spend();
  return readBytes;
}

function inflated(data: Buffer): Inflated {
  try {
    return inflate(data, maxUnpacked);
  } catch (cause) {
    return refusePdf('inlineImage', {}, cause);
  }
}
