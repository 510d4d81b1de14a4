// The driver of a JPKI card. It sends commands in the right order through a function that transmits APDUs, and turns each
// status word into an error.
import { createHash, X509Certificate } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { CardIdentity, CardSignature, IdCard } from '../contract/card.ts';
import { command, isLocked, parseResponse, type Response, SW, type Transmit, triesOf } from './apdu.ts';
import { CardError } from './error.ts';
import { jpki as defaultProfile, type JpkiProfile, TRUSTED_SINCE_MS } from './jpki.ts';

export interface JpkiCardOptions {
  /** Only `wall()` is used, to check the certificate's end of validity. */
  clock: Clock;
  profile?: JpkiProfile;
  /** A wall clock before this time (ms since 1970) refuses no card. Default TRUSTED_SINCE_MS. */
  trustedSinceMs?: number;
}

/** DigestInfo of SHA-256 without the digest (RFC 8017, 9.2, note 1). */
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

const unexpected = (what: string, sw: number) =>
  new CardError('card/protocol', { detail: { what, sw: sw.toString(16).padStart(4, '0') } });

/**
 * Only the resident's own entries cost PIN tries: the retry counter is read before VERIFY, VERIFY is sent once in each call
 * and never if no try is left, and no command is repeated automatically. After a failed transmission, open the card again.
 */
export class JpkiCard implements IdCard {
  #transmit: Transmit;
  #clock: Clock;
  #profile: JpkiProfile;
  #trustedSinceMs: number;
  #verified = false;
  /** Calls run one after another: a call must not read the file that another call has selected. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(transmit: Transmit, options: JpkiCardOptions) {
    this.#transmit = transmit;
    this.#clock = options.clock;
    this.#profile = options.profile ?? defaultProfile;
    this.#trustedSinceMs = options.trustedSinceMs ?? TRUSTED_SINCE_MS;
  }

  /** Selects the application. Errors: card/noApplication, and the errors of `transmit`. */
  static async open(transmit: Transmit, options: JpkiCardOptions): Promise<JpkiCard> {
    const card = new JpkiCard(transmit, options);
    await card.#selectApplication();
    return card;
  }

  /** Selects the application again, which clears a verified PIN. Errors: see IdCard, and card/protocol. */
  read(): Promise<CardIdentity> {
    return this.#inTurn(async () => {
      await this.#selectApplication();
      const label = await this.#label();
      const profile = Object.hasOwn(this.#profile.labels, label) ? this.#profile.labels[label] : undefined;
      if (!profile) throw new CardError('card/foreign', { detail: { label } });
      const certificate = await this.#certificate();
      this.#refuseExpired(certificate);
      const triesLeft = await this.#triesLeft();
      return { profile, certificate, triesLeft };
    });
  }

  /** Errors: see IdCard; card/protocol if `pin` is not 4 ASCII digits (then nothing is sent). */
  verify(pin: Buffer): Promise<void> {
    return this.#inTurn(async () => {
      this.#verified = false;
      if (pin.length !== this.#profile.pinDigits || pin.some(byte => byte < 0x30 || byte > 0x39))
        throw new CardError('card/protocol', { completion: 'invalidData', detail: { what: 'pin' } });
      await this.#triesLeft();
      const apdu = command(0x00, 0x20, 0x00, 0x80, { data: pin });
      const { sw } = await this.#send(apdu, 'secret').finally(() => apdu.fill(0));
      const left = triesOf(sw);
      if (isLocked(sw) || left === 0) throw new CardError('card/locked', { detail: { triesLeft: 0 } });
      if (left !== undefined)
        throw new CardError('card/wrongPin', { completion: 'userError', detail: { triesLeft: left } });
      if (sw !== SW.ok) throw unexpected('verify', sw);
      this.#verified = true;
    });
  }

  sign(message: Buffer): Promise<CardSignature> {
    return this.#inTurn(async () => {
      if (!this.#verified) throw new CardError('card/notVerified', { completion: 'sequenceError' });
      await this.#selectFile(this.#profile.files.key, 'key');
      const data = Buffer.concat([SHA256_DIGEST_INFO, createHash('sha256').update(message).digest()]);
      const { sw, data: signature } = await this.#send(command(0x80, 0x2a, 0x00, 0x80, { data, le: 256 }));
      if (sw === SW.notVerified) throw new CardError('card/notVerified', { completion: 'sequenceError' });
      if (sw !== SW.ok || signature.length !== this.#profile.signatureBytes) throw unexpected('sign', sw);
      return { algorithm: this.#profile.algorithm, signature };
    });
  }

  async #label(): Promise<string> {
    await this.#selectFile(this.#profile.files.label, 'label');
    const bytes = await this.#readBinary(0, this.#profile.labelBytes, 'label');
    return bytes.toString('latin1').replace(/[^!-~]+$/, '');
  }

  /** The file is larger than the certificate. Only the length field in the certificate shows where it ends. */
  async #certificate(): Promise<Buffer> {
    await this.#selectFile(this.#profile.files.certificate, 'certificate');
    const head = await this.#readBinary(0, 4, 'certificate');
    const length = head.length === 4 ? 4 + head.readUInt16BE(2) : 0;
    // SEQUENCE with a two-byte length (X.690, 8.1.3.5): every certificate with an RSA-2048 key has 256 bytes or more.
    if (length === 0 || head.readUInt16BE(0) !== 0x3082 || length > this.#profile.maxCertificateBytes)
      throw new CardError('card/protocol', { detail: { what: 'certificate' } });
    const parts = [head];
    for (let offset = 4; offset < length; offset += parts.at(-1)!.length) {
      const requested = Math.min(this.#profile.readBytes, length - offset);
      parts.push(await this.#readBinary(offset, requested, 'certificate'));
    }
    return Buffer.concat(parts);
  }

  #refuseExpired(der: Buffer): void {
    let end: number;
    try {
      end = new X509Certificate(der).validToDate.getTime();
    } catch (cause) {
      throw new CardError('card/protocol', { detail: { what: 'certificate' }, cause });
    }
    const now = this.#clock.wall();
    if (now >= this.#trustedSinceMs && now > end) throw new CardError('card/expired');
  }

  /** Reads the tries left, 1 to 3, without using one: VERIFY without data (ISO/IEC 7816-4:2013, 11.6.6). Errors: card/locked. */
  async #triesLeft(): Promise<number> {
    await this.#selectFile(this.#profile.files.pin, 'pin');
    const { sw } = await this.#send(command(0x00, 0x20, 0x00, 0x80));
    const left = triesOf(sw);
    if (left === 0 || isLocked(sw)) throw new CardError('card/locked', { detail: { triesLeft: 0 } });
    if (left === undefined) throw unexpected('triesLeft', sw);
    return left;
  }

  async #selectApplication(): Promise<void> {
    this.#verified = false;
    const { sw } = await this.#send(command(0x00, 0xa4, 0x04, 0x0c, { data: this.#profile.aid }));
    if (sw !== SW.ok) throw new CardError('card/noApplication', { detail: { sw: sw.toString(16) } });
  }

  async #selectFile(id: number, what: string): Promise<void> {
    const data = Buffer.of(id >> 8, id & 0xff);
    const { sw } = await this.#send(command(0x00, 0xa4, 0x02, 0x0c, { data }));
    if (sw !== SW.ok) throw unexpected(`select ${what}`, sw);
  }

  /** Reads at least 1 and at most `length` bytes (1 to 256). */
  async #readBinary(offset: number, length: number, what: string): Promise<Buffer> {
    const { sw, data } = await this.#send(command(0x00, 0xb0, offset >> 8, offset & 0xff, { le: length }));
    if (sw !== SW.ok || data.length === 0 || data.length > length) throw unexpected(`read ${what}`, sw);
    return data;
  }

  async #send(apdu: Buffer, secret?: 'secret'): Promise<Response> {
    const response = parseResponse(await this.#transmit(apdu, secret));
    if (!response) throw new CardError('card/protocol', { detail: { what: 'response' } });
    return response;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {}); // the caller gets the error; the next call runs nevertheless
    return mine;
  }
}
