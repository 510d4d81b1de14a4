// Subject tokens of another transaction, terminal, certificate or key: the card must not sign an order for them.
import { randomBytes } from 'node:crypto';
import { contextOf } from '../../agent/protocol/context.ts';
import { type KeyPair, newKeyPair } from '../../agent/protocol/cose-key.ts';
import { sign1 } from '../../agent/protocol/cose-sign1.ts';
import { readSubjectToken, type SubjectToken } from '../../agent/protocol/subject-token.ts';
import { authenticate } from '../../simulator/hub/card-authentication/service.ts';
import { Failure } from '../check.ts';
import { about, asked, type TerminalCheck } from './scene.ts';
import { endsWithoutMoney } from './without-money.ts';

interface Wrong {
  shows?: readonly string[];
  /** Of the body. */
  body?: (token: SubjectToken) => Partial<SubjectToken>;
  /** Transaction that it is signed for. Default: the right one. */
  signedFor?: (token: SubjectToken) => Buffer;
  key?: KeyPair;
}

const elsewhere = randomBytes(16);
const wrongs: Readonly<Record<string, Wrong>> = {
  'of another transaction': { body: () => ({ transaction: elsewhere }), signedFor: () => elsewhere },
  'whose body names another transaction': {
    ...{ body: () => ({ transaction: elsewhere }), shows: ['MDG-T-004', 'MDG-T-041'] },
  },
  'of another terminal': {
    body: () => ({ terminal: 'another-terminal' }),
    shows: ['MDG-T-004', 'MDG-T-041'],
  },
  'of another certificate': { body: () => ({ certificateDigest: randomBytes(32) }) },
  'of another key of the gate': { body: () => ({ gateKeyThumbprint: randomBytes(32) }) },
  'that another key signed': { key: newKeyPair() },
};

export const tokens: readonly TerminalCheck[] = Object.entries(wrongs).map(
  ([what, { shows = ['MDG-T-041'], body, signedFor, key }]): TerminalCheck => ({
    name: `a token ${what} is refused`,
    shows,
    async run(scene) {
      await scene.up();
      scene.put('cardAuthentication', async (question, state) => {
        const made = await authenticate(question, state);
        if (question.ask !== 'authenticate' || made?.answer !== 'authenticate') return made;
        const token = readSubjectToken(made.token, question.transaction, state.signing.coseKey);
        const place = contextOf.subject(signedFor?.(token) ?? question.transaction);
        return { ...made, token: sign1({ ...token, ...body?.(token) }, key ?? state.signing, place) };
      });
      const visit = await scene.visit();
      if (asked(visit, 'order').length > 0)
        throw new Failure({ sent: `a token ${what}`, expected: 'no order', came: about(visit) });
      endsWithoutMoney(visit, `a token ${what}`, shows);
    },
  }),
);
