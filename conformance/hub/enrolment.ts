// Checks of the enrolment server: which hub it is, and what a code is good for.

import { needs } from '../check.ts';
import { expectThat } from './answers.ts';
import { type Ceremony, unknownCode, withoutCertificate } from './ceremony.ts';
import { claimOf, makeKeys } from './enrolled.ts';
import { type ClaimAnswer, postClaim, wordsOf } from './enrolment-client.ts';
import type { HubCheck, HubRig } from './rig.ts';

const isGrant = (came: ClaimAnswer | undefined): boolean =>
  came !== undefined && !('broken' in came) && !('refused' in came.answer) && came.status === 200;
const isRefusal = (came: ClaimAnswer): boolean =>
  !('broken' in came) && 'refused' in came.answer && came.status < 500;

/** The root certificate in the chain (PEM). Errors: NotTried. */
const certified = (rig: HubRig): Promise<{ certificate: string }> =>
  needs('the root certificate', async () => {
    const { certificate } = await rig.root();
    if (certificate === undefined) throw withoutCertificate();
    return { certificate };
  });

const played = (rig: HubRig): Promise<Ceremony> => needs('an enrolment server', () => rig.ceremony());

function expectRefusal(sent: string, came: ClaimAnswer): void {
  expectThat(isRefusal(came), {
    ...{ sent, expected: 'a refusal enrolment/… with a status below 500', came: wordsOf(came) },
  });
}

export const enrolmentChecks: readonly HubCheck[] = [
  {
    name: 'the enrolment server sends the root document, and the certificate of one of its keys',
    shows: ['MDG-H-020'],
    async run(rig) {
      const { certificate } = await rig.root();
      if (certificate === undefined) throw withoutCertificate();
    },
  },
  {
    name: 'that certificate vouches for the server, as a server, today and under its name',
    shows: ['MDG-H-021'],
    async run(rig) {
      const { certificate } = await certified(rig);
      const claim = claimOf(unknownCode, await makeKeys());
      const came = await postClaim(rig.options.url, claim, certificate).then(
        wordsOf,
        (error: Error) => error.message,
      );
      expectThat(came.includes('HTTP status'), {
        sent: 'a TLS handshake that trusts the root certificate only',
        ...{ expected: 'a server certificate that verifies', came },
      });
    },
  },
  {
    name: 'of two claims with one code at one time, one is granted',
    shows: ['MDG-H-022'],
    async run(rig) {
      const { unproven, atOnce } = await played(rig);
      if (unproven.some(({ came }) => isGrant(came)))
        return rig.lacks('a code that an unproven claim has not used');
      const came = atOnce.map(wordsOf).join(', and ');
      const granted = atOnce.filter(isGrant).length;
      expectThat(granted === 1, {
        ...{ sent: 'two claims with one good code, of different keys, at one time' },
        ...{ expected: 'one grant', came },
      });
    },
  },
  {
    name: 'each further code enrols its terminal',
    shows: ['MDG-H-022'],
    async run(rig) {
      const { further } = await played(rig);
      if (further.length === 0) return rig.lacks('a further --code');
      for (const [i, came] of further.entries())
        expectThat(isGrant(came), {
          ...{ sent: `a claim with the code number ${i + 2}`, expected: 'a grant', came: wordsOf(came) },
        });
    },
  },
  {
    name: 'a claim whose answer was lost is answered again, with the same epoch',
    shows: ['MDG-H-023'],
    async run(rig) {
      const { again, enrolled } = await played(rig);
      const [first] = enrolled;
      if (!first || !again) return rig.lacks('a claim that was granted');
      const epoch =
        isGrant(again) && 'answer' in again && 'epoch' in again.answer ? again.answer.epoch : undefined;
      expectThat(epoch === first.epoch, {
        sent: 'the claim that was granted, once more',
        expected: `a grant of epoch ${first.epoch}`,
        came: epoch === undefined ? wordsOf(again) : `a grant of epoch ${epoch}`,
      });
    },
  },
  {
    name: 'a claim is not answered again after its terminal was enrolled anew',
    shows: ['MDG-H-023'],
    async run(rig) {
      const { afterNext } = await played(rig);
      if (!afterNext) return rig.lacks('a further --code for the first terminal');
      expectRefusal('a claim of a terminal that was enrolled anew since', afterNext);
    },
  },
  {
    name: 'a code that is wrong or used is refused',
    shows: ['MDG-H-024'],
    async run(rig) {
      const { used, unknown, enrolled } = await played(rig);
      expectRefusal('a claim with a code that was never given', unknown);
      if (enrolled.length > 0) expectRefusal('a claim of new keys with a code that was used', used);
    },
  },
  {
    name: 'a claim that both keys have not signed is refused, and its code stays good',
    shows: ['MDG-H-025'],
    async run(rig) {
      const { unproven, atOnce } = await played(rig);
      for (const { sent, came } of unproven) expectRefusal(sent, came);
      const cameLater = atOnce.map(wordsOf).join(', and ');
      const isUsed = !atOnce.some(isGrant) && cameLater.includes('usedCode');
      expectThat(!isUsed, {
        sent: `${unproven[0]!.sent}, and then a right one with the same code`,
        expected: 'a grant for the right one',
        came: cameLater,
      });
    },
  },
  {
    name: 'a terminal that is enrolled anew gets a higher epoch',
    shows: ['MDG-H-026'],
    async run(rig) {
      const [last, former] = [await rig.enrolment(), await rig.former()];
      expectThat(last.epoch > former.epoch, {
        ...{ sent: 'a second enrolment of one terminal', expected: `an epoch above ${former.epoch}` },
        came: `epoch ${last.epoch}`,
      });
    },
  },
  {
    name: 'every part of a grant verifies as a terminal verifies it',
    shows: ['MDG-H-001', 'MDG-H-029'],
    async run(rig) {
      const { broken } = await played(rig);
      const wrong = broken[0];
      expectThat(wrong === undefined, {
        ...{ sent: 'a right claim', expected: 'a grant of which every part verifies', came: wrong ?? '' },
        of: [/threshold|signature/.test(wrong ?? '') ? 'MDG-H-029' : 'MDG-H-001'],
      });
    },
  },
];

/** Played last: the address that it makes wait is the kit's own. */
export const waitingCheck: HubCheck = {
  name: 'an address that sends many wrong codes has to wait',
  shows: ['MDG-H-028'],
  async run(rig) {
    const { certificate } = await certified(rig);
    const keys = await makeKeys();
    const claim = claimOf(unknownCode, keys);
    let came: ClaimAnswer | undefined;
    for (let tries = 0; tries < 40; tries++) {
      came = await postClaim(rig.options.url, claim, certificate);
      if (came.status === 429 || wordsOf(came).includes('enrolment/tooManyAttempts')) return;
    }
    expectThat(false, {
      ...{ sent: '40 claims with wrong codes', expected: 'enrolment/tooManyAttempts with HTTP status 429' },
      came: wordsOf(came!),
    });
  },
};
