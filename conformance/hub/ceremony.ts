// The enrolment of the kit's terminals, with the wrong turns that a hub has to stand. It is played once; the checks judge what came.
import { encode } from '../../agent/protocol/cbor.ts';
import { contextOf } from '../../agent/protocol/context.ts';
import { type KeyPair, newKeyPair } from '../../agent/protocol/cose-key.ts';
import { sign1 } from '../../agent/protocol/cose-sign1.ts';
import { encodeClaim } from '../../agent/protocol/enrolment.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import { Failure } from '../check.ts';
import { claimBody, claimOf, type Enrolled, enrolledBy, makeKeys, type TerminalKeys } from './enrolled.ts';
import { type ClaimAnswer, getRoot, type PinnedRoot, postClaim } from './enrolment-client.ts';

export interface Ceremony {
  /** With the first code, while it is good: claims that prove nothing. */
  unproven: { sent: string; came: ClaimAnswer }[];
  /** Two claims with the first code, of different keys, at one time. */
  atOnce: ClaimAnswer[];
  /** The claim that was granted, once more, with signatures of its own; undefined where none was. */
  again: ClaimAnswer | undefined;
  /** A claim of new keys with the first code, after it was used. */
  used: ClaimAnswer;
  /** A claim with a code that was never given. */
  unknown: ClaimAnswer;
  /** The further codes, in their order. */
  further: ClaimAnswer[];
  /** Where a code was for a terminal that was enrolled before: its former claim, once more. */
  afterNext: ClaimAnswer | undefined;
  /** In the order of their grants. */
  enrolled: Enrolled[];
  /** Grants that do not verify, in words. */
  broken: string[];
}

/** Nobody is given it: a code has 125 random bits. */
export const unknownCode = '00000-00000-00000-00000-00000';

/** The root document of the hub, and the certificate in the chain of its server. Errors: Failure. */
export const pinnedRoot = (url: URL, sheet: Buffer): Promise<PinnedRoot> =>
  getRoot(url, sheet).catch(answered('GET /root'));

/** Errors: Failure where the enrolment server does not show that it is the hub's, or does not answer. */
export async function enrolAll(
  url: URL,
  root: PinnedRoot,
  [first, ...more]: readonly string[],
): Promise<Ceremony> {
  const { certificate } = root;
  if (certificate === undefined) throw withoutCertificate();
  const post = (claim: Buffer) => postClaim(url, claim, certificate).catch(answered('POST /enrol'));
  const code = first!;
  const [keys, rival, late, nobody] = (await Promise.all([1, 2, 3, 4].map(makeKeys))) as [
    ...[TerminalKeys, TerminalKeys, TerminalKeys, TerminalKeys],
  ];

  const unproven: Ceremony['unproven'] = [];
  for (const [sent, claim] of unprovenClaims(code, keys)) unproven.push({ sent, came: await post(claim) });

  const enrolled: Enrolled[] = [];
  const broken: string[] = [];
  const note = (keys: TerminalKeys, claim: Buffer, came: ClaimAnswer): void => {
    if ('broken' in came) broken.push(came.broken);
    if ('broken' in came || 'refused' in came.answer) return;
    try {
      enrolled.push(enrolledBy(keys, claim, came.answer, root.document));
    } catch (error) {
      if (!isProtocolError(error)) throw error;
      broken.push(`a grant with a part that does not verify (${error.code} ${error.path ?? ''})`);
    }
  };
  const claims = [keys, rival].map(one => ({ keys: one, claim: claimOf(code, one) }));
  const atOnce = await Promise.all(claims.map(({ claim }) => post(claim)));
  for (const [i, came] of atOnce.entries()) note(claims[i]!.keys, claims[i]!.claim, came);
  const [granted] = enrolled;
  const again = granted && (await post(claimOf(code, granted.keys)));
  const used = await post(claimOf(code, late));
  const unknown = await post(claimOf(unknownCode, nobody));

  const further: ClaimAnswer[] = [];
  for (const one of more) {
    const own = await makeKeys();
    const claim = claimOf(one, own);
    const came = await post(claim);
    further.push(came);
    note(own, claim, came);
  }
  const former = enrolled.find((one, at) =>
    enrolled.slice(at + 1).some(next => next.terminal === one.terminal),
  );
  const afterNext = former && (await post(former.claim));
  return { unproven, atOnce, again, used, unknown, further, afterNext, enrolled, broken };
}

export const withoutCertificate = (): Failure =>
  new Failure({
    sent: 'GET /root',
    expected: 'a TLS chain with the certificate of a key of the root document',
    came: 'a chain without one',
  });

/** What the system or TLS says is a failure of the hub: nothing else can be tried without its answer. */
const answered =
  (sent: string) =>
  (error: Error): never => {
    if (error instanceof Failure) throw error;
    throw new Failure({ sent, expected: 'an answer', came: error.message });
  };

function unprovenClaims(code: string, keys: TerminalKeys): [string, Buffer][] {
  const body = claimBody(code, keys);
  const signed = (key: KeyPair, what = body) => sign1(what, key, contextOf.enrolment);
  const byBoth = (agent: Buffer, gate: Buffer) => encode({ byAgent: agent, byGate: gate });
  const forged = Buffer.from(keys.request);
  forged[forged.length - 1]! ^= 1;
  return [
    ['a claim whose gate part another key signed', byBoth(signed(keys.agent), signed(newKeyPair()))],
    [
      'a claim whose two parts name different keys',
      byBoth(signed(keys.agent), signed(keys.gate, { ...body, agentKey: newKeyPair().coseKey })),
    ],
    [
      'a claim whose certificate request is signed wrongly',
      encodeClaim({ ...body, certificateRequest: forged }, keys.agent, keys.gate),
    ],
  ];
}
