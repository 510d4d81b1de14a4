// Decodes an IPP response strictly: every length is checked against the bytes that are left (RFC 8010, 3.1 to 3.9).
import { group } from './ipp-names.ts';
import { PageError } from './page-error.ts';

/** Integers and enums are numbers, strings are text. Values that this driver never reads (dates, ranges) are bytes. */
export type IppValue = number | boolean | string | Buffer;

/** Attributes of one group by name. An out-of-band value (no-value, unknown) gives an empty list. */
export interface IppGroup {
  tag: number;
  attributes: ReadonlyMap<string, readonly IppValue[]>;
}

export interface IppResponse {
  status: number;
  groups: readonly IppGroup[];
}

const beginCollection = 0x34;
const endCollection = 0x37;
const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const broken = (why: string, cause?: unknown) => new PageError('page/protocol', why, { cause });

/** Decodes one whole response to request `requestId`. Collections are checked but not returned. Errors: page/protocol. */
export function decodeResponse(bytes: Buffer, requestId: number): IppResponse {
  if (bytes.length < 9) throw broken('shorter than a header and its end tag');
  const major = bytes.readUInt8(0);
  if (major !== 1 && major !== 2) throw broken(`version ${major}.${bytes.readUInt8(1)}`);
  if (bytes.readInt32BE(4) !== requestId) throw broken('the response is for another request');
  return { status: bytes.readUInt16BE(2), groups: readGroups(bytes) };
}

function readGroups(bytes: Buffer): IppGroup[] {
  const groups: IppGroup[] = [];
  let attributes: Map<string, IppValue[]> | undefined;
  let values: IppValue[] | undefined;
  let depth = 0;
  for (let at = 8; ; ) {
    const tag = byteAt(bytes, at++);
    if (tag < 0x10) {
      if (depth > 0) throw broken('a collection has no end');
      if (tag === group.end) {
        if (at !== bytes.length) throw broken('bytes follow the end tag');
        return groups;
      }
      attributes = new Map();
      values = undefined;
      groups.push({ tag, attributes });
      continue;
    }
    if (attributes === undefined) throw broken('an attribute outside of any group');
    const name = field(bytes, at);
    const value = field(bytes, at + 2 + name.length);
    at += 4 + name.length + value.length;
    if (name.length > 0) {
      if (depth > 0) throw broken('an attribute inside a collection');
      const key = decodeText(name);
      if (attributes.has(key)) throw broken('an attribute twice in one group');
      values = [];
      attributes.set(key, values);
    }
    if (values === undefined) throw broken('an additional value without an attribute');
    if (tag === endCollection) depth--;
    if (depth < 0) throw broken('a collection ends without a beginning');
    if (depth === 0 && tag >= 0x20 && tag !== beginCollection && tag !== endCollection)
      values.push(decodeValue(tag, value));
    if (tag === beginCollection) depth++;
  }
}

/** A field: a two-byte length, then that number of bytes. */
function field(bytes: Buffer, at: number): Buffer {
  const length = (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1);
  if (length > 0x7fff || at + 2 + length > bytes.length) throw broken('a length beyond the end');
  return bytes.subarray(at + 2, at + 2 + length);
}

function byteAt(bytes: Buffer, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw broken('the response is cut off');
  return byte;
}

function decodeValue(tag: number, value: Buffer): IppValue {
  switch (tag) {
    case 0x21: // integer
    case 0x23: // enum
      if (value.length !== 4) throw broken(`an integer of ${value.length} bytes`);
      return value.readInt32BE();
    case 0x22: // boolean
      if (value.length !== 1 || value[0]! > 1) throw broken('a boolean that is neither 0 nor 1');
      return value[0] === 1;
    default:
      // 0x40 to 0x4f are the character strings (RFC 8010, 3.5.2).
      return tag >= 0x40 && tag <= 0x4f ? decodeText(value) : Buffer.from(value);
  }
}

function decodeText(value: Buffer): string {
  try {
    return text.decode(value);
  } catch (cause) {
    throw broken('text that is not UTF-8', cause);
  }
}

/** The first group with this tag. */
export const groupOf = (response: IppResponse, tag: number): IppGroup | undefined =>
  response.groups.find(found => found.tag === tag);

/** First integer (or enum) of an attribute; undefined if it is absent or has another type. */
export function integerOf(from: IppGroup | undefined, name: string): number | undefined {
  const value = from?.attributes.get(name)?.[0];
  return typeof value === 'number' ? value : undefined;
}

/** First boolean of an attribute. */
export function booleanOf(from: IppGroup | undefined, name: string): boolean | undefined {
  const value = from?.attributes.get(name)?.[0];
  return typeof value === 'boolean' ? value : undefined;
}

/** All text values of an attribute. */
export function stringsOf(from: IppGroup | undefined, name: string): string[] {
  return (from?.attributes.get(name) ?? []).filter(value => typeof value === 'string');
}
