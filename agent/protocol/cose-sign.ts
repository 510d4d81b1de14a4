// COSE_Sign (RFC 9052, 4.1) with ES256: one body, signed by several keys of one root document, each once.
import { sign, verify } from 'node:crypto';
import { decode, encode, Tag, type Value } from './cbor.ts';
import { type CoseKey, fromCoseKey, type KeyPair, thumbprint } from './cose-key.ts';
import { ProtocolError } from './error.ts';

const algorithm = 1;
const keyId = 4;
const es256 = -7;
/** Max number of signatures: all keys of a root document, and of the one before it. */
const maxSignatures = 16;

/** The body has no protected header of its own. */
const none = Buffer.alloc(0);
const emptyMap = encode({});

const toBeSigned = (header: Buffer, external: string, payload: Buffer): Buffer =>
  encode(['Signature', none, header, Buffer.from(external), payload]);

const headerOf = (id: Buffer): Buffer =>
  encode(
    new Map<number, Value>([
      [algorithm, es256],
      [keyId, id],
    ]),
  );

/** Signs the deterministic CBOR of `payload` with each of `keys`. `external` is authenticated and not sent. */
export function signBySeveral(payload: Value, keys: readonly KeyPair[], external: string): Buffer {
  const body = encode(payload);
  const signatures = keys.map(({ privateKey, thumbprint: id }) => {
    const header = headerOf(id);
    const input = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return [header, {}, sign('sha256', toBeSigned(header, external, body), input)];
  });
  return encode(new Tag([none, {}, body, signatures], 98));
}

interface Parts {
  body: Buffer;
  signatures: readonly { header: Buffer; signature: Buffer }[];
}

/** A message by several. Its body may be looked at before it is verified: a root document names its own signers. */
export class SignedBySeveral {
  readonly #parts: Parts;
  readonly #external: string;

  /** Errors: protocol/cbor, protocol/size, protocol/cose (not a COSE_Sign as we write it, or one of more than 16 signatures). */
  constructor(message: Uint8Array, external: string, limit?: number) {
    this.#parts = partsOf(decode(message, limit));
    this.#external = external;
  }

  /** Errors: protocol/cbor. */
  get unverified(): unknown {
    return decode(this.#parts.body);
  }

  /**
   * The number of `keys` that signed.
   * Errors: protocol/signature where one of their signatures is wrong, or one of them signed twice.
   */
  signers(keys: readonly CoseKey[]): number {
    const signed = keys.filter(key => {
      const header = headerOf(thumbprint(key));
      const own = this.#parts.signatures.filter(one => one.header.equals(header));
      if (own.length > 1)
        throw new ProtocolError('protocol/signature', 'A key has signed the message more than once.');
      if (own[0] && !this.#holds(own[0], key))
        throw new ProtocolError('protocol/signature', 'A signature does not fit the message and its place.');
      return own.length === 1;
    });
    return signed.length;
  }

  /** Refuses a message that one signed who is none of `keys`. Errors: protocol/signature. */
  onlyOf(keys: readonly CoseKey[]): void {
    const headers = keys.map(key => headerOf(thumbprint(key)));
    if (!this.#parts.signatures.every(({ header }) => headers.some(known => known.equals(header))))
      throw new ProtocolError('protocol/signature', 'The message was signed by another key than expected.');
  }

  #holds({ header, signature }: Parts['signatures'][number], key: CoseKey): boolean {
    const input = { key: fromCoseKey(key), dsaEncoding: 'ieee-p1363' } as const;
    return verify('sha256', toBeSigned(header, this.#external, this.#parts.body), input, signature);
  }
}

function partsOf(message: unknown): Parts {
  const parts = message instanceof Tag && message.tag === 98 ? message.value : undefined;
  const [header, open, body, signatures] = Array.isArray(parts) && parts.length === 4 ? parts : [];
  const isWhole =
    Buffer.isBuffer(header) &&
    header.length === 0 &&
    encode(open).equals(emptyMap) &&
    Buffer.isBuffer(body) &&
    Array.isArray(signatures) &&
    signatures.length > 0 &&
    signatures.length <= maxSignatures;
  const read = isWhole ? signatures.map(partsOfSignature) : [];
  if (isWhole && read.every(one => one !== undefined)) return { body, signatures: read };
  throw new ProtocolError(
    'protocol/cose',
    'Not a COSE_Sign (RFC 9052, 4.1) of the one form that is used here.',
  );
}

function partsOfSignature(one: unknown): Parts['signatures'][number] | undefined {
  const [header, open, signature] = Array.isArray(one) && one.length === 3 ? one : [];
  return Buffer.isBuffer(header) && encode(open).equals(emptyMap) && Buffer.isBuffer(signature)
    ? { header, signature }
    : undefined;
}
