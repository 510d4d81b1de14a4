// Reads IPP requests and writes IPP responses (RFC 8010). It is written from the RFC and shares no code with the driver.

/** One value, as received or sent. */
interface WireValue {
  tag: number;
  bytes: Buffer;
}

export interface WireAttribute {
  name: string;
  values: WireValue[];
}

export interface WireGroup {
  tag: number;
  attributes: WireAttribute[];
}

export interface WireRequest {
  major: number;
  minor: number;
  operation: number;
  requestId: number;
  groups: WireGroup[];
  /** Whatever follows the end-of-attributes tag. */
  document: Buffer;
}

export interface WireResponse {
  status: number;
  /** The groups after the operation attributes. `formatResponse` writes the operation attributes. */
  groups: WireGroup[];
}

/** The request cannot be read. The printer answers client-error-bad-request. */
export class WireError extends Error {
  override name = 'WireError';
}

/** Reads bytes in order. Errors: WireError at the end of the bytes. */
class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(count: number): Buffer {
    if (this.#bytes.length - this.#at < count) throw new WireError(`${count} bytes wanted at ${this.#at}`);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  u8 = () => this.take(1).readUInt8();
  u16 = () => this.take(2).readUInt16BE();
  i32 = () => this.take(4).readInt32BE();
  rest = () => this.take(this.#bytes.length - this.#at);
}

const END = 0x03;

export function parseRequest(bytes: Buffer): WireRequest {
  const cursor = new Cursor(bytes);
  const [major, minor] = [cursor.u8(), cursor.u8()];
  const [operation, requestId] = [cursor.u16(), cursor.i32()];
  const groups: WireGroup[] = [];
  for (let tag = cursor.u8(); tag !== END; tag = cursor.u8()) {
    if (tag <= 0x0f) {
      groups.push({ tag, attributes: [] });
      continue;
    }
    const attributes = groups.at(-1)?.attributes;
    if (!attributes) throw new WireError('attribute before any group');
    const name = cursor.take(cursor.u16()).toString('ascii');
    const value = { tag, bytes: cursor.take(cursor.u16()) };
    if (name !== '') attributes.push({ name, values: [value] });
    else if (attributes.length === 0) throw new WireError('value before any attribute');
    else attributes.at(-1)?.values.push(value);
  }
  return { major, minor, operation, requestId, groups, document: cursor.rest() };
}

/** Answers in the client's version, or in IPP/2.0 if the printer does not have that version (RFC 8011, 4.1.8). */
export function formatResponse(request: WireRequest | undefined, response: WireResponse): Buffer {
  const supported = request?.major === 1 || request?.major === 2;
  const header = Buffer.alloc(8);
  header.writeUInt8(supported ? request.major : 2, 0);
  header.writeUInt8(supported ? request.minor : 0, 1);
  header.writeUInt16BE(response.status, 2);
  header.writeInt32BE(request?.requestId ?? 0, 4);
  const operation: WireGroup = {
    tag: 0x01,
    attributes: [
      { name: 'attributes-charset', values: [{ tag: 0x47, bytes: Buffer.from('utf-8') }] },
      { name: 'attributes-natural-language', values: [{ tag: 0x48, bytes: Buffer.from('en') }] },
    ],
  };
  const pieces: Buffer[] = [header];
  for (const { tag, attributes } of [operation, ...response.groups]) {
    pieces.push(Buffer.from([tag]));
    for (const { name, values } of attributes) {
      values.forEach((value, index) => {
        pieces.push(Buffer.from([value.tag]), sized(index ? '' : name), sized(value.bytes));
      });
    }
  }
  return Buffer.concat([...pieces, Buffer.from([END])]);
}

function sized(content: string | Buffer): Buffer {
  const body = Buffer.from(content as string);
  const out = Buffer.alloc(2 + body.length);
  out.writeUInt16BE(body.length);
  body.copy(out, 2);
  return out;
}
