// Checks of questions and answers: the same id, other terminals, lateness, probes.
import { randomBytes } from 'node:crypto';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import { signQuestion } from '../../agent/protocol/exchange.ts';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { needs } from '../check.ts';
import { expectKind, expectRefused, expectThat, wordsOfAnswer } from './answers.ts';
import type { HubCheck } from './rig.ts';
import type { TerminalClient } from './terminal-client.ts';
import { authenticated, ordered, Visit } from './visit.ts';

const begin = (terminal: TerminalClient, transaction: Buffer, id: Buffer) =>
  terminal.ask({ ask: 'challenge', transaction }, { id });

const probeMs = 5_000;

export const questionChecks: readonly HubCheck[] = [
  {
    name: 'a question that comes again under its id gets the same answer',
    shows: ['MDG-H-030'],
    async run(rig) {
      const terminal = await rig.terminal();
      const [id, transaction] = [randomBytes(16), randomBytes(16)];
      const first = await needs('a challenge', async () =>
        expectKind(await begin(terminal, transaction, id), 'challenge', 'challenge'),
      );
      const sent = 'the same challenge question again, under its id';
      const again = expectKind(await begin(terminal, transaction, id), 'challenge', sent);
      expectThat(again.challenge.equals(first.challenge), {
        ...{ sent, expected: 'the same challenge', came: 'another challenge' },
      });
    },
  },
  {
    name: 'an authentication and an order that come again are not worked on twice',
    shows: ['MDG-H-030'],
    async run(rig) {
      const [terminal, card] = [await rig.terminal(), await rig.card()];
      const visit = new Visit(terminal, card);
      const challenge = await rig.begin(() => visit.challenge());
      const id = randomBytes(16);
      const sealed = visit.sealedAuthentication(challenge);
      const known = await needs('an authenticated card', async () =>
        expectKind(await visit.authenticate(sealed, id), 'authenticate', 'authenticate'),
      );
      const sent = 'the same authenticate question again, under its id';
      const again = expectKind(await visit.authenticate(sealed, id), 'authenticate', sent);
      expectThat(again.token.equals(known.token) && again.orderChallenge.equals(known.orderChallenge), {
        ...{ sent, expected: 'the same token and challenge', came: 'others' },
      });
      const order = visit.sealedOrder(known, visit.proposed(known.offer, rig.options.kind));
      const one = { id: randomBytes(16) };
      const made = await needs('a document', async () =>
        expectKind(await visit.order(order, one), 'order', 'a right order'),
      );
      const twice = expectKind(
        await visit.order(order, one),
        'order',
        'the same order question again, under its id',
      );
      expectThat(twice.digest.equals(made.digest), {
        sent: 'the same order question again, under its id',
        ...{ expected: 'the same document', came: 'another document' },
      });
    },
  },
  {
    name: 'two copies of an order that come at one time are worked on once',
    shows: ['MDG-H-030'],
    async run(rig) {
      const { visit, known } = await authenticated(await rig.terminal(), await rig.card());
      const sealed = visit.sealedOrder(known, visit.proposed(known.offer, rig.options.kind));
      const { terminal, transaction, hubMs: waitsMs } = visit;
      const { request } = terminal.topics;
      const id = randomBytes(16);
      const body = { id, waitsMs, question: { ask: 'order', transaction, sealed } } as const;
      const copy = () => signQuestion(body, request, terminal.enrolled.keys.agent);
      const since = terminal.received.length;
      await Promise.all([terminal.publish(request, copy()), terminal.publish(request, copy())]);
      const first = await terminal.answerTo(id, { since, waitMs: waitsMs });
      if (first?.answer !== 'order') return rig.lacks('a document');
      const again = await terminal.ask(body.question, { id, waitsMs });
      const sent = 'two copies of an order at one time, and a third';
      const { digest } = expectKind(again, 'order', sent);
      expectThat(digest.equals(first.digest), {
        ...{ sent, expected: 'one document', came: 'two documents' },
      });
    },
  },
  {
    name: 'an answer is remembered over 31 further questions',
    shows: ['MDG-H-030'],
    async run(rig) {
      const terminal = await rig.terminal();
      const [id, transaction] = [randomBytes(16), randomBytes(16)];
      const challenge = async () => expectKind(await begin(terminal, transaction, id), 'challenge', sent);
      const sent = 'a challenge question again, after 31 others';
      const first = await rig.begin(challenge);
      for (let i = 0; i < 31; i++) await rig.begin(() => begin(terminal, randomBytes(16), randomBytes(16)));
      const again = await challenge();
      expectThat(again.challenge.equals(first.challenge), {
        ...{ sent, expected: 'the same challenge', came: 'another challenge' },
      });
    },
  },
  {
    name: 'another question under a known id is refused',
    shows: ['MDG-H-031'],
    async run(rig) {
      const terminal = await rig.terminal();
      const id = randomBytes(16);
      await rig.begin(() => begin(terminal, randomBytes(16), id));
      const changed = await begin(terminal, randomBytes(16), id);
      expectRefused(changed, 'another question under a known id', 'hub/questionChanged');
    },
  },
  {
    name: 'a transaction begins once',
    shows: ['MDG-H-032'],
    async run(rig) {
      const terminal = await rig.terminal();
      const transaction = randomBytes(16);
      await rig.begin(() => begin(terminal, transaction, randomBytes(16)));
      const again = await begin(terminal, transaction, randomBytes(16));
      expectRefused(again, 'challenge of a transaction that was begun before, under a new id');
      const never = await terminal.ask({ ask: 'fetch', transaction: randomBytes(16), offset: 0 });
      expectRefused(never, 'fetch of a transaction that was never begun');
    },
  },
  {
    name: 'no other terminal goes on with a transaction',
    shows: ['MDG-H-032'],
    async run(rig) {
      const [terminal, other] = [await rig.terminal(), await rig.other()];
      const visit = new Visit(terminal, await rig.card());
      const challenge = await rig.begin(() => visit.challenge());
      const { transaction } = visit;
      const begun = await begin(other, transaction, randomBytes(16));
      expectRefused(begun, 'challenge of a transaction that another terminal began');
      const sealed = visit.sealedAuthentication(challenge);
      const taken = await other.ask({ ask: 'authenticate', transaction, sealed });
      expectRefused(taken, 'authenticate of a transaction that another terminal began');
    },
  },
  {
    name: 'a first question is taken again after a crash of the hub, and its transaction begins once',
    shows: ['MDG-H-033'],
    limitMs: 120_000,
    async run(rig) {
      const [id, transaction] = [randomBytes(16), randomBytes(16)];
      const before = await rig.terminal();
      await rig.begin(() => begin(before, transaction, id));
      const terminal = await rig.restarted();
      const sent = 'the first question of a transaction again, under its id, after a restart';
      expectKind(await begin(terminal, transaction, id), 'challenge', sent);
      const again = await begin(terminal, transaction, randomBytes(16));
      expectRefused(again, 'challenge of that transaction under a new id');
    },
  },
  {
    name: 'nothing is sent when a question’s wait is over',
    shows: ['MDG-H-034'],
    async run(rig) {
      const { visit, known } = await authenticated(await rig.terminal(), await rig.card());
      const sealed = visit.sealedOrder(known, visit.proposed(known.offer, rig.options.kind));
      const { terminal, transaction } = visit;
      const { request } = terminal.topics;
      const id = randomBytes(16);
      const since = terminal.received.length;
      const body = { id, waitsMs: 1, question: { ask: 'order', transaction, sealed } } as const;
      await terminal.publish(request, signQuestion(body, request, terminal.enrolled.keys.agent));
      await ordered(terminal, visit.card, rig.options.kind); // as long as a hub needs for an order
      await rig.quiet(terminal);
      const late = await terminal.answerTo(id, { since, waitMs: 1 });
      expectThat(late === undefined, {
        ...{ sent: 'an order that waits 1 ms', expected: 'no answer' },
        came: late ? wordsOfAnswer(late) : '',
      });
    },
  },
  {
    name: 'a probe is answered within 5 s, anew each time, with the hub’s time and its services',
    shows: ['MDG-H-035'],
    async run(rig) {
      const terminal = await rig.terminal();
      const id = randomBytes(16);
      const probe = async () =>
        expectKind(await terminal.ask({ ask: 'probe' }, { id, waitsMs: probeMs }), 'probe', 'probe');
      const [first, second] = [await probe(), await probe()];
      expectThat(second.wall >= first.wall, {
        ...{ sent: 'a probe, twice under one id', expected: 'the hub’s time at each' },
        came: `${first.wall} and then ${second.wall}`,
      });
      const away = Object.entries(second.services).filter(([, isThere]) => !isThere);
      expectThat(away.length === 0, {
        ...{ sent: 'a probe', expected: 'all three services' },
        came: `without ${away.map(([name]) => name).join(' and ')}`,
      });
    },
  },
  {
    name: 'a question that another key signed, or that is signed for another place, is dropped',
    shows: ['MDG-H-003'],
    async run(rig) {
      const terminal = await rig.terminal();
      const { request, ledger } = terminal.topics;
      const { agent, gate } = terminal.enrolled.keys;
      const elsewhere = topicsOf(`${terminal.enrolled.terminal.slice(0, 60)}-x`).request;
      const since = terminal.received.length;
      const sent = new Map<string, Buffer>();
      for (const [what, key, topic] of [
        ['a stranger signed', newKeyPair(), request],
        ['the terminal’s gate signed', gate, request],
        ['is signed for another topic', agent, ledger],
        ['is signed for another terminal', agent, elsewhere],
      ] as const) {
        const id = randomBytes(16);
        sent.set(what, id);
        const body = { id, waitsMs: probeMs, question: { ask: 'probe' } } as const;
        await terminal.publish(request, signQuestion(body, topic, key));
      }
      await rig.quiet(terminal);
      for (const [what, id] of sent) {
        const came = await terminal.answerTo(id, { since, waitMs: 1 });
        expectThat(came === undefined, {
          ...{ sent: `a question that ${what}`, expected: 'nothing' },
          came: came ? wordsOfAnswer(came) : '',
        });
      }
    },
  },
];

/** Needs a document, so it is played with the documents. */
export const pieceChecks: readonly HubCheck[] = [
  {
    name: 'a document is given at any offset, again, and to its terminal only',
    shows: ['MDG-H-048'],
    async run(rig) {
      const { visit, made } = await ordered(await rig.terminal(), await rig.card(), rig.options.kind);
      const sealed = await visit.fetchAll(made.size);
      for (const offset of [1, Math.floor(made.size / 2), made.size - 1]) {
        const sent = `fetch at ${offset} of ${made.size} bytes`;
        const { chunk, offset: named } = expectKind(await visit.fetch(offset), 'fetch', sent);
        expectThat(named === offset && chunk.equals(sealed.subarray(offset, offset + chunk.length)), {
          ...{ sent, expected: 'the same bytes as before from there on', came: `others, of offset ${named}` },
        });
      }
      expectRefused(await visit.fetch(made.size), `fetch at ${made.size}, the document's end`);
    },
  },
  {
    name: 'a document is not given to another terminal',
    shows: ['MDG-H-048'],
    async run(rig) {
      const other = await rig.other();
      const { visit } = await ordered(await rig.terminal(), await rig.card(), rig.options.kind);
      const came = await other.ask({ ask: 'fetch', transaction: visit.transaction, offset: 0 });
      expectRefused(came, 'fetch by another terminal than the one that ordered');
    },
  },
];
