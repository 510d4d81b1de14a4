// Enrolment of a terminal: it sends a one-time code, and proves that it holds the keys that it names. HTTPS POST /enrol, body and
// answer in CBOR. The installer's sheet has the code and the root document's thumbprint; GET /root gives that document out.
import * as v from 'valibot';
import { decode, encode } from './cbor.ts';
import { configuration } from './configuration.ts';
import { contextOf } from './context.ts';
import { coseKey, type KeyPair, thumbprint } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { ProtocolError } from './error.ts';
import { keySet, keySetLimit } from './key-set.ts';
import { brokerAddress, count, fieldPath, parse, someBytes, terminalId, text, word } from './schema.ts';

/** 25 characters of Crockford's base 32 in five groups: 125 random bits. */
export const enrolmentCode = word(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);

/** Signed by each of the terminal's two signing keys: the code, the request for the TLS certificate, and both keys. */
export const claim = v.strictObject({
  code: enrolmentCode,
  /** PKCS#10 request for the link's TLS key, DER. */
  certificateRequest: someBytes(4096),
  /** agentKey signs the agent's messages; gateKey signs the gate's evidence. */
  agentKey: coseKey,
  gateKey: coseKey,
});

/** The claim, once by each key. */
export const enrolmentRequest = v.strictObject({
  byAgent: someBytes(8192, { signed: claim }),
  byGate: someBytes(8192, { signed: claim }),
});

/** What an enrolled terminal gets. */
export const grant = v.strictObject({
  terminal: terminalId,
  epoch: count(1, 2 ** 32),
  /** E.g. mqtts://127.0.0.1:8883. */
  broker: brokerAddress,
  /** PEM: the terminal's TLS certificate, and the CA that the broker's certificate is verified against. */
  certificate: text(16 << 10),
  authority: text(16 << 10),
  /** KeySet and Configuration, signed. */
  keySet: someBytes(keySetLimit, { signed: keySet }),
  configuration: someBytes(256 << 10, { signed: configuration }),
});

/** Why a terminal was not enrolled. */
export const enrolmentRefusal = v.strictObject({
  refused: word(/^enrolment\/[a-zA-Z]+$/),
  /** The wrong field of the request, or of the claim in it. */
  path: v.optional(fieldPath),
});

export type Claim = v.InferOutput<typeof claim>;
export type Grant = v.InferOutput<typeof grant>;

export function encodeClaim(body: Claim, agent: KeyPair, gate: KeyPair): Buffer {
  return encode({
    byAgent: sign1(body, agent, contextOf.enrolment),
    byGate: sign1(body, gate, contextOf.enrolment),
  });
}

/** The claim, where the two different keys that it names have both signed it. Errors: protocol/*. */
export function readClaim(message: Uint8Array): Claim {
  const { byAgent, byGate } = parse(enrolmentRequest, decode(message));
  const unverified = parse(v.looseObject({ agentKey: coseKey, gateKey: coseKey }), payloadOf(byAgent));
  const body = parse(claim, verify1(byAgent, unverified.agentKey, contextOf.enrolment));
  if (thumbprint(body.agentKey).equals(thumbprint(body.gateKey)))
    throw new ProtocolError('protocol/key', 'The gate must have a signing key of its own.');
  const again = parse(claim, verify1(byGate, body.gateKey, contextOf.enrolment));
  return encode(body).equals(encode(again))
    ? body
    : parse(v.never('both keys must sign the same claim'), again);
}

const sign1Parts = v.looseObject({ value: v.tuple([v.any(), v.any(), someBytes(8192), v.any()]) });
const payloadOf = (message: Buffer): unknown => decode(parse(sign1Parts, decode(message)).value[2]);

export const encodeGrant = (body: Grant): Buffer => encode(body);
export const encodeRefusal = (code: `enrolment/${string}`, path?: string): Buffer =>
  encode({ refused: code, ...(path !== undefined && { path }) });
/** Errors: those of `decode`; protocol/schema with the path of the wrong field. */
export function readGrant(message: Uint8Array): Grant | v.InferOutput<typeof enrolmentRefusal> {
  const body = decode(message);
  const isRefusal = typeof body === 'object' && body !== null && 'refused' in body;
  return isRefusal ? parse(enrolmentRefusal, body) : parse(grant, body);
}
