// The JPKI application of a My Number Card, as behaviours: the answers of a card without fault.
// Source for files, APDUs and the reset of PINs by SELECT: OpenSC, src/libopensc/card-jpki.c, jpki.h and pkcs15-jpki.c.
import { constants, privateEncrypt } from 'node:crypto';
import { answer, SW } from './apdu.ts';
import type { CardBehaviour, CardPurpose, VirtualCard } from './virtual-card.ts';

const AID = 'd392f000260100000001';

/** Files of the application by their id. */
const FILES: Record<number, { kind: 'label' | 'certificate' | 'ca' | 'key' | 'pin'; purpose: CardPurpose }> =
  {
    6: { kind: 'label', purpose: 'auth' },
    10: { kind: 'certificate', purpose: 'auth' },
    11: { kind: 'ca', purpose: 'auth' },
    23: { kind: 'key', purpose: 'auth' },
    24: { kind: 'pin', purpose: 'auth' },
    1: { kind: 'certificate', purpose: 'sign' },
    2: { kind: 'ca', purpose: 'sign' },
    26: { kind: 'key', purpose: 'sign' },
    27: { kind: 'pin', purpose: 'sign' },
  };

/** Larger than every certificate in it: a client must use the length inside the certificate. */
const CERTIFICATE_FILE_BYTES = 2048;
/** The label is in the first 32 bytes, padded with spaces. */
const LABEL_BYTES = 32;
/** PKCS#1 v1.5 leaves 245 of 256 bytes for the message (RFC 8017, 9.2). */
const MAX_DIGEST_INFO = 245;

const select: CardBehaviour = ({ cla, ins, p1, p2, data }, card) => {
  if (cla !== 0 || ins !== 0xa4) return undefined;
  if (p2 !== 0x0c) return answer(SW.wrongParameters);
  if (p1 === 4) {
    if (data.toString('hex') !== AID) return answer(SW.notFound);
    card.reset();
    card.application = 'jpki';
    return answer(SW.ok);
  }
  if (p1 !== 2 || data.length !== 2) return answer(SW.wrongParameters);
  const id = data.readUInt16BE();
  if (card.application !== 'jpki' || !FILES[id]) return answer(SW.notFound);
  card.file = id;
  return answer(SW.ok);
};

const selectedFile = (card: VirtualCard) => (card.file === undefined ? undefined : FILES[card.file]);

async function content(card: VirtualCard): Promise<Buffer | undefined> {
  const file = selectedFile(card);
  if (file?.kind === 'label') return Buffer.from(card.label.padEnd(LABEL_BYTES), 'ascii');
  if (file?.kind !== 'certificate' && file?.kind !== 'ca') return undefined;
  const der = file.kind === 'ca' ? card.caCertificate : (await card.credential(file.purpose)).certificate;
  return Buffer.concat([der], Math.max(CERTIFICATE_FILE_BYTES, der.length));
}

const readBinary: CardBehaviour = async ({ cla, ins, p1, p2, le }, card) => {
  if (cla !== 0 || ins !== 0xb0) return undefined;
  const file = selectedFile(card);
  if (!file) return answer(SW.noFileSelected);
  // The 署名用 certificate names its holder. It can be read only after the 署名用 PIN was verified.
  if (file.kind === 'certificate' && file.purpose === 'sign' && !card.pins.sign.verified)
    return answer(SW.notVerified);
  const bytes = await content(card);
  if (!bytes) return answer(SW.wrongFileKind);
  const offset = (p1 << 8) | p2;
  if (p1 > 0x7f || offset >= bytes.length) return answer(SW.wrongOffset);
  const part = bytes.subarray(offset, offset + (le ?? 256));
  return answer(part.length < (le ?? 0) ? SW.endOfFile : SW.ok, part);
};

const verify: CardBehaviour = ({ cla, ins, p1, p2, data }, card) => {
  if (cla !== 0 || ins !== 0x20) return undefined;
  const file = selectedFile(card);
  if (p1 !== 0 || p2 !== 0x80) return answer(SW.wrongParameters);
  if (file?.kind !== 'pin') return answer(SW.noFileSelected);
  const pin = card.pins[file.purpose];
  if (data.length === 0) return answer(SW.wrongPin | pin.triesLeft);
  pin.verified = false;
  if (pin.triesLeft === 0) return answer(SW.locked);
  if (!data.equals(Buffer.from(pin.value, 'ascii'))) return answer(SW.wrongPin | --pin.triesLeft);
  pin.verified = true;
  pin.triesLeft = pin.limit;
  return answer(SW.ok);
};

const sign: CardBehaviour = async ({ cla, ins, p1, p2, data }, card) => {
  if (cla !== 0x80 || ins !== 0x2a) return undefined;
  const file = selectedFile(card);
  if (p1 !== 0 || p2 !== 0x80) return answer(SW.wrongParameters);
  if (file?.kind !== 'key') return answer(SW.noFileSelected);
  if (!card.pins[file.purpose].verified) return answer(SW.notVerified);
  if (data.length === 0 || data.length > MAX_DIGEST_INFO) return answer(SW.wrongLength);
  const { key } = await card.credential(file.purpose);
  return answer(SW.ok, privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, data));
};

/** A card without fault. */
export const jpkiApplication: readonly CardBehaviour[] = [select, readBinary, verify, sign];
