// Answers that are stray, forged, repeated, or break the contract.
import { randomBytes } from 'node:crypto';
import { type KeyPair, newKeyPair } from '../../agent/protocol/cose-key.ts';
import { type Answer, type Question, signAnswer } from '../../agent/protocol/exchange.ts';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { Failure } from '../check.ts';
import { waits } from './rig.ts';
import { about, asked, one, type Scene, type TerminalCheck, type Visit } from './scene.ts';
import { endsWithoutMoney } from './without-money.ts';

export const answers: readonly TerminalCheck[] = [
  {
    name: 'the first answer is used; stray, repeated and late ones are not',
    shows: ['MDG-T-031'],
    async run(scene) {
      const visit = await withChallenges(scene, async (right, { publish, id }) => {
        await publish({ id: randomBytes(16), answer: another() });
        await publish({ id, answer: right });
        await publish({ id, answer: another() });
        await publish({ id, answer: another() });
      });
      usesThe(scene, visit, 'a stray answer, the right one, and others under its id');
    },
  },
  {
    name: 'an answer that another key signed, or that is for another topic, is not used',
    shows: ['MDG-T-032'],
    async run(scene) {
      const { keys, terminal } = await onLine(scene);
      const visit = await withChallenges(scene, async (right, { publish, id }) => {
        await publish({ id, answer: another() }, { key: newKeyPair() });
        await publish({ id, answer: another() }, { key: keys.configuration });
        await publish({ id, answer: another() }, { signedFor: topicsOf('another-terminal').reply });
        await publish({ id, answer: another() }, { signedFor: topicsOf(terminal).acknowledgement });
        await publish({ id, answer: right });
      });
      usesThe(scene, visit, 'answers that are forged, and then the right one');
    },
  },
  ...Object.entries({
    'a challenge of 31 bytes': ['challenge', { challenge: randomBytes(31) }],
    'a challenge without its nonce': ['challenge', { challenge: undefined }],
    'a challenge with an unnamed field': ['challenge', { more: 1 }],
    'an authentication with a wrong offer': [
      'authenticate',
      { offer: { municipality: '132040', kinds: [], members: [] } },
    ],
    'an order of 0 bytes': ['order', { size: 0 }],
    'a piece with an unnamed field': ['fetch', { more: 1 }],
  } as const).map(
    ([what, [ask, change]]): TerminalCheck => ({
      name: `an answer that breaks the contract ends its question: ${what}`,
      shows: ['MDG-T-003', 'MDG-T-033'],
      run: scene => endsQuestion(scene, ask, what, change),
    }),
  ),
];

type Challenge = Extract<Answer, { answer: 'challenge' }>;
const another = (): Challenge => ({ answer: 'challenge', challenge: randomBytes(32) });

interface Said {
  id: Buffer;
  publish(
    envelope: { id: Buffer; answer: Answer },
    how?: { key?: KeyPair; signedFor?: string },
  ): Promise<void>;
}

const rights = new WeakMap<Visit, Buffer>();

async function onLine(scene: Scene): Promise<Scene['rig']> {
  await scene.up();
  return scene.rig;
}

/** A visit in which `say` answers the first copy of `challenge` in the hub's place. */
async function withChallenges(
  scene: Scene,
  say: (right: Challenge, said: Said) => Promise<void>,
): Promise<Visit> {
  const { hub, keys, seen, terminal } = await onLine(scene);
  const { reply } = topicsOf(terminal);
  let nonce: Buffer | undefined;
  scene.put('routing', async ({ question }, { answer }) => {
    if (question.ask !== 'challenge' || nonce) return undefined;
    const right = await answer();
    if (right.answer !== 'challenge') return right;
    nonce = right.challenge;
    const id = seen.questions.findLast(({ question: { ask } }) => ask === 'challenge')!.id;
    await say(right, {
      id,
      publish: (envelope, { key = keys.hub, signedFor = reply } = {}) =>
        hub.forge(reply, signAnswer(envelope, signedFor, key)),
    });
    return 'nothing';
  });
  const visit = await scene.visit();
  if (nonce) rights.set(visit, nonce);
  return visit;
}

/** Errors: Failure where the card did not sign the right challenge, or the visit did not go on. */
function usesThe(scene: Scene, visit: Visit, sent: string): void {
  const expected = 'the right challenge in the statement that the card signs, and a certificate';
  one(visit, 'authenticate');
  const { challenge } = scene.authenticationOf(visit);
  if (!rights.get(visit)?.equals(challenge)) throw new Failure({ sent, expected, came: 'another challenge' });
  if (visit.end?.outcome !== 'issued') throw new Failure({ sent, expected, came: about(visit) });
}

const following: Readonly<Record<Exclude<Question['ask'], 'probe'>, Question['ask'] | undefined>> = {
  ...{ challenge: 'authenticate', authenticate: 'order', order: 'fetch', fetch: undefined },
};

async function endsQuestion(
  scene: Scene,
  ask: Exclude<Question['ask'], 'probe'>,
  what: string,
  change: Readonly<Record<string, unknown>>,
): Promise<void> {
  await scene.up();
  const { seen } = scene.rig;
  const before = seen.replies.length;
  scene.put('routing', async ({ question }, { answer }) => {
    if (question.ask !== ask) return undefined;
    const { ...wrong }: Record<string, unknown> = { ...(await answer()), ...change };
    for (const [name, value] of Object.entries(wrong)) if (value === undefined) delete wrong[name];
    return wrong as Answer;
  });
  const visit = await scene.visit();
  const next = following[ask];
  const of = ['MDG-T-003'];
  const expected = 'its question ends, and the visit with it';
  if (next && asked(visit, next).length > 0)
    throw new Failure({ ...{ sent: what, expected, of }, came: about(visit) });
  endsWithoutMoney(visit, what, of);
  const last = asked(visit, ask).at(-1);
  // when it was passed on to the terminal: copies that came before it are right
  const answered = seen.replies.slice(before).find(({ id }) => last && id?.equals(last.id));
  const again = answered && last && last.atMs > answered.atMs + waits.hubMs / 4;
  if (again)
    throw new Failure({
      ...{ sent: what, expected },
      came: `the question was asked again; ${about(visit)}`,
      of: ['MDG-T-033'],
    });
}
