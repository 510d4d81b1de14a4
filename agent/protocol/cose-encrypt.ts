// COSE_Encrypt to one recipient (RFC 9052, 5.1): ECDH-ES + HKDF-256 on P-256 (RFC 9053, 6.3), AES-256-GCM (4.1).
// Each message has a new ephemeral key, so the sender's long-lived key cannot open it.
import {
  createCipheriv,
  createDecipheriv,
  type DecipherGCM,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { decode, encode, Tag, type Value } from './cbor.ts';
import { type CoseKey, fromCoseKey, type KeyPair, newKeyPair, thumbprint } from './cose-key.ts';
import { ProtocolError } from './error.ts';

const algorithm = 1;
const keyId = 4;
const initialVector = 5;
const ephemeralKey = -1;
const aes256gcm = 3;
const ecdhEsHkdf256 = -25;
const tagBytes = 16;

const contentHeader = encode(new Map([[algorithm, aes256gcm]]));
const recipientHeader = encode(new Map([[algorithm, ecdhEsHkdf256]]));

/** COSE_KDF_Context (RFC 9053, 5.2) without party information: the external data has that. */
const kdfContext = encode([aes256gcm, [null, null, null], [null, null, null], [256, recipientHeader]]);

function contentKey(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  const secret = diffieHellman({ privateKey, publicKey });
  const key = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), kdfContext, 32));
  secret.fill(0);
  return key;
}

const additional = (external: string | Buffer): Buffer =>
  encode(['Encrypt', contentHeader, Buffer.from(external)]);

/** Encrypts `plaintext` to `recipient`. `external` is authenticated and not sent. */
export function encrypt(plaintext: Buffer, recipient: CoseKey, external: string | Buffer): Buffer {
  const ephemeral = newKeyPair();
  const key = contentKey(ephemeral.privateKey, fromCoseKey(recipient));
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(additional(external));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  key.fill(0);
  const open = new Map<number, Value>([
    [ephemeralKey, ephemeral.coseKey],
    [keyId, thumbprint(recipient)],
  ]);
  return encode(
    new Tag(
      [contentHeader, new Map([[initialVector, iv]]), ciphertext, [[recipientHeader, open, Buffer.alloc(0)]]],
      96,
    ),
  );
}

/**
 * The plaintext of a message that was encrypted to `key` with the same external data.
 * Errors: protocol/cbor, protocol/cose (another shape or algorithm), protocol/decrypt (for another key, or altered).
 */
export function decrypt(
  message: Uint8Array,
  key: KeyPair,
  external: string | Buffer,
  limit?: number,
): Buffer {
  const { iv, ciphertext, ephemeral, recipientId } = partsOf(decode(message, limit));
  if (!key.thumbprint.equals(recipientId))
    throw new ProtocolError('protocol/decrypt', 'The message was encrypted to another key.');
  const secret = contentKey(key.privateKey, fromCoseKey(ephemeral));
  const body = ciphertext.subarray(0, -tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', secret, iv, { authTagLength: tagBytes })
    .setAAD(additional(external))
    .setAuthTag(ciphertext.subarray(-tagBytes));
  secret.fill(0);
  const plaintext = updatedInPieces(decipher, body);
  try {
    decipher.final();
    return plaintext;
  } catch (cause) {
    plaintext.fill(0);
    throw new ProtocolError('protocol/decrypt', 'The message was altered, or is for another place.', {
      cause,
    });
  }
}

/** Id of the key that a message is encrypted to. Whoever passes it on learns by it whose it is. Errors: protocol/cbor, protocol/cose. */
export const recipientOf = (message: Uint8Array, limit?: number): Buffer =>
  partsOf(decode(message, limit)).recipientId;

/**
 * Number of bytes that are decrypted at a time. With the 16 that Node adds it is a size that glibc keeps apart, and gives out again
 * first (up to 1032 bytes: tcache). A larger piece is given in parts to whoever asks next, and what is left of it is not overwritten.
 */
const pieceBytes = 512;
/** Number of pieces that are overwritten afterwards: more than an allocator keeps ready in one size. */
const overwrites = 32;

/**
 * Node's `update` decrypts into its own memory, copies that, and frees it without wiping (src/crypto/crypto_cipher.cc). A document in
 * one piece would stay there until that memory is allocated again. Small pieces reuse the same memory, and zeros overwrite the last ones.
 */
function updatedInPieces(decipher: DecipherGCM, body: Buffer): Buffer {
  const plaintext = Buffer.alloc(body.length);
  const other = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12));
  for (let at = 0; at < body.length; at += pieceBytes) {
    const piece = decipher.update(body.subarray(at, at + pieceBytes));
    piece.copy(plaintext, at);
    piece.fill(0);
  }
  // the last piece is shorter: its memory was of another size
  for (const bytes of [pieceBytes, body.length % pieceBytes]) {
    const zeros = Buffer.alloc(bytes);
    for (let nth = 0; nth < overwrites; nth++) other.update(zeros);
  }
  return plaintext;
}

interface Parts {
  iv: Buffer;
  ciphertext: Buffer;
  ephemeral: unknown;
  recipientId: Buffer;
}

function partsOf(message: unknown): Parts {
  const parts = message instanceof Tag && message.tag === 96 ? message.value : undefined;
  const [header, open, ciphertext, recipients] = Array.isArray(parts) && parts.length === 4 ? parts : [];
  const recipient = Array.isArray(recipients) && recipients.length === 1 ? recipients[0] : undefined;
  const [recipientProtected, recipientOpen, empty] =
    Array.isArray(recipient) && recipient.length === 3 ? recipient : [];
  const iv = open instanceof Map && open.size === 1 ? open.get(initialVector) : undefined;
  const fits =
    sameBytes(header, contentHeader) &&
    sameBytes(recipientProtected, recipientHeader) &&
    sameBytes(empty, Buffer.alloc(0)) &&
    Buffer.isBuffer(iv) &&
    iv.length === 12 &&
    Buffer.isBuffer(ciphertext) &&
    ciphertext.length >= tagBytes &&
    recipientOpen instanceof Map &&
    recipientOpen.size === 2 &&
    Buffer.isBuffer(recipientOpen.get(keyId));
  if (!fits)
    throw new ProtocolError('protocol/cose', 'Not a COSE_Encrypt of the one form that is used here.');
  return {
    iv,
    ciphertext,
    ephemeral: recipientOpen.get(ephemeralKey),
    recipientId: recipientOpen.get(keyId),
  };
}

const sameBytes = (value: unknown, expected: Buffer): boolean =>
  Buffer.isBuffer(value) && value.equals(expected);
