// COSE_Sign1 (RFC 9052, 4.2) with ES256 (RFC 9053, 2.1). The external data binds a message to its place: the topic that it is sent
// on, or the transaction that it is for.
import { sign, verify } from 'node:crypto';
import { decode, encode, Tag, type Value } from './cbor.ts';
import { type CoseKey, fromCoseKey, type KeyPair, thumbprint } from './cose-key.ts';
import { ProtocolError } from './error.ts';

const algorithm = 1;
const keyId = 4;
const es256 = -7;
const emptyMap = encode({});

const toBeSigned = (header: Buffer, external: Buffer, payload: Buffer): Buffer =>
  encode(['Signature1', header, external, payload]);

/** Signs the deterministic CBOR of `payload`. `external` is authenticated and not sent. */
export function sign1(payload: Value, key: KeyPair, external: string | Buffer): Buffer {
  const header = encode(
    new Map<number, Value>([
      [algorithm, es256],
      [keyId, key.thumbprint],
    ]),
  );
  const body = encode(payload);
  const signature = sign('sha256', toBeSigned(header, Buffer.from(external), body), {
    key: key.privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return encode(new Tag([header, {}, body, signature], 18));
}

/**
 * The payload of a message that `key` signed over the same external data.
 * Errors: protocol/cbor, protocol/cose (not a COSE_Sign1 as we write it), protocol/signature (another key, or altered).
 */
export function verify1(
  message: Uint8Array,
  key: CoseKey,
  external: string | Buffer,
  limit?: number,
): unknown {
  const [header, body, signature] = partsOf(decode(message, limit));
  const fields = decode(header);
  const signer = fields instanceof Map && fields.size === 2 ? fields.get(keyId) : undefined;
  if (!(fields instanceof Map && fields.get(algorithm) === es256 && Buffer.isBuffer(signer)))
    throw new ProtocolError('protocol/cose', 'The protected header must hold ES256 and the key id only.');
  if (!thumbprint(key).equals(signer))
    throw new ProtocolError('protocol/signature', 'The message was signed by another key than expected.');
  const input = { key: fromCoseKey(key), dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', toBeSigned(header, Buffer.from(external), body), input, signature))
    throw new ProtocolError('protocol/signature', 'The signature does not fit the message and its place.');
  return decode(body, limit);
}

function partsOf(message: unknown): [Buffer, Buffer, Buffer] {
  const parts = message instanceof Tag && message.tag === 18 ? message.value : undefined;
  if (Array.isArray(parts) && parts.length === 4) {
    const [header, open, body, signature] = parts;
    if (
      Buffer.isBuffer(header) &&
      encode(open).equals(emptyMap) &&
      Buffer.isBuffer(body) &&
      Buffer.isBuffer(signature)
    )
      return [header, body, signature];
  }
  throw new ProtocolError('protocol/cose', 'Not a COSE_Sign1 (RFC 9052, 4.2) with an empty open header.');
}
