// Checks of form: what the hub sends, and that it takes nothing that is not of the contract.
import { randomBytes } from 'node:crypto';
import { encode, type Value } from '../../agent/protocol/cbor.ts';
import { contextOf } from '../../agent/protocol/context.ts';
import { sign1 } from '../../agent/protocol/cose-sign1.ts';
import type { Answer } from '../../agent/protocol/exchange.ts';
import { encodeTelemetry } from '../../agent/protocol/telemetry.ts';
import { expectThat, wordsOfAnswer } from './answers.ts';
import { entry, Journal, journalOf, startOf } from './journal.ts';
import type { HubCheck, HubRig } from './rig.ts';
import type { TerminalClient } from './terminal-client.ts';
import { signBytes, wrongBodies, wrongEncodings } from './wrong-bodies.ts';

const rightQuestion = () => ({
  ...{ id: randomBytes(16), waitsMs: 5000 },
  question: { ask: 'challenge', transaction: randomBytes(16) },
});

const refusedMs = 10_000;

interface Sent {
  what: string;
  id: Buffer;
}

/** The answers to what was sent, of those that got one. `must`: each has to; it ends at the first that gets none. */
async function answersTo(
  rig: HubRig,
  terminal: TerminalClient,
  messages: [Sent, Buffer][],
  { must = false } = {},
): Promise<[Sent, Answer][]> {
  const since = terminal.received.length;
  const { request } = terminal.topics;
  for (const [, message] of messages) await terminal.publish(request, message);
  await rig.quiet(terminal);
  const answers: [Sent, Answer][] = [];
  for (const [sent] of messages) {
    const answer = await terminal.answerTo(sent.id, { since, waitMs: must ? refusedMs : 1 });
    if (answer) answers.push([sent, answer]);
    else if (must) break;
  }
  return answers;
}

function expectNoneTaken(answers: readonly [Sent, Answer][]): void {
  for (const [{ what }, answer] of answers)
    expectThat(answer.answer === 'refused', {
      ...{ sent: `a signed question ${what}`, expected: 'nothing, or refused', came: wordsOfAnswer(answer) },
    });
}

const wrongValues: [string, Record<string, Value>][] = [
  ['with waitsMs 0', { waitsMs: 0 }],
  ['with waitsMs 600001', { waitsMs: 600_001 }],
  ['with a transaction of 15 bytes', { question: { ask: 'challenge', transaction: Buffer.alloc(15, 1) } }],
  ['with an unknown ask', { question: { ask: 'everything', transaction: Buffer.alloc(16, 1) } }],
  [
    'of fetch with a negative offset',
    { question: { ask: 'fetch', transaction: Buffer.alloc(16, 1), offset: -1 } },
  ],
];

/** Batches must leave the cursor where it is, whether they are acknowledged or not. */
async function expectNotStored(
  rig: HubRig,
  journal: Journal,
  upto: number,
  wrong: [string, Buffer][],
  topic: string,
) {
  const terminal = await rig.terminal();
  for (const [what, message] of wrong) {
    await terminal.publish(topic, message);
    const after = await journal.cursor();
    expectThat(after === upto, {
      ...{ sent: `a signed batch ${what} on ${topic}`, expected: `the cursor ${upto} as before` },
      came: `the cursor ${after}`,
    });
  }
}

export const bodyChecks: readonly HubCheck[] = [
  {
    name: 'a question with one field missing, wrong or not named is not answered as if it were right',
    shows: ['MDG-H-001'],
    async run(rig) {
      const terminal = await rig.terminal();
      const messages = wrongQuestions(terminal);
      expectNoneTaken(await answersTo(rig, terminal, messages));
    },
  },
  {
    name: 'a question that its terminal signed and that breaks the contract is refused as malformed, with the wrong field',
    shows: ['MDG-H-036'],
    async run(rig) {
      const terminal = await rig.terminal();
      const messages = wrongQuestions(terminal).filter(
        ([{ what }]) => what !== 'without id' && !/with id/.test(what),
      );
      const answers = await answersTo(rig, terminal, messages, { must: true });
      for (const [sent] of messages) {
        const [, answer] = answers.find(([{ id }]) => id.equals(sent.id)) ?? [];
        const isRefused = answer?.answer === 'refused' && answer.code === 'hub/malformed';
        expectThat(isRefused && answer.path !== undefined, {
          ...{ sent: `a signed question ${sent.what}`, expected: 'refused hub/malformed, with a path' },
          came: answer ? wordsOfAnswer(answer) : 'nothing',
        });
      }
    },
  },
  {
    name: 'a question that is not in the one deterministic encoding is not answered as if it were',
    shows: ['MDG-H-002'],
    async run(rig) {
      const terminal = await rig.terminal();
      const place = contextOf.topic(terminal.topics.request);
      const { agent } = terminal.enrolled.keys;
      const messages = wrongEncodings(rightQuestion()).map(([what]): [Sent, Buffer] => {
        const body = rightQuestion();
        const [, bytes] = wrongEncodings(body).find(([name]) => name === what)!;
        return [{ what, id: body.id }, signBytes(bytes, agent, place)];
      });
      const whole = rightQuestion();
      const outside = Buffer.concat([sign1(whole, agent, place), Buffer.of(0)]);
      messages.push([{ what: 'with a byte after the message', id: whole.id }, outside]);
      expectNoneTaken(await answersTo(rig, terminal, messages));
    },
  },
  {
    name: 'a batch with one field missing, wrong or not named is not stored',
    shows: ['MDG-H-001'],
    async run(rig) {
      const { terminal, journal, upto } = await journalOf(rig);
      const { ledger } = terminal.topics;
      const { keys, terminal: name, epoch } = terminal.enrolled;
      const right = { terminal: name, epoch, session: randomBytes(16), from: upto + 1 };
      const record = startOf();
      const place = contextOf.topic(ledger);
      const whole = { ...right, records: [record] };
      const wrong = [
        ...wrongBodies(whole),
        ...[...wrongBodies({ ...record })].map(([what, inner]): [string, Record<string, Value>] => [
          `with a record ${what}`,
          { ...right, records: [inner] },
        ]),
      ].map(([what, body]): [string, Buffer] => [what, sign1(body, keys.agent, place)]);
      await expectNotStored(rig, journal, upto, wrong, ledger);
      const encoded = wrongEncodings(whole).map(([what, bytes]): [string, Buffer] => [
        ...([what, signBytes(bytes, keys.agent, place)] as const),
      ]);
      await expectNotStored(rig, journal, upto, encoded, ledger);
    },
  },
  {
    name: 'a batch with more than 1024 records, or with an empty one, is not stored',
    shows: ['MDG-H-001'],
    async run(rig) {
      const { terminal, journal, upto } = await journalOf(rig);
      const { ledger } = terminal.topics;
      const empty = { tag: randomBytes(16), body: Buffer.alloc(0) };
      const many = Array.from({ length: 1025 }, () => entry(Buffer.of(0xa0)));
      await expectNotStored(
        rig,
        journal,
        upto,
        [
          ['with 1025 records', journal.signed({ from: upto + 1, records: many })],
          ['with an empty record', journal.signed({ from: upto + 1, records: [empty] })],
        ],
        ledger,
      );
    },
  },
  {
    name: 'a batch that another key signed, or that is signed for another topic, is not stored',
    shows: ['MDG-H-003'],
    async run(rig) {
      const { terminal, journal, upto } = await journalOf(rig);
      const { ledger, telemetry } = terminal.topics;
      const { agent, gate } = terminal.enrolled.keys;
      const sent = { from: upto + 1, records: [startOf()] };
      const { terminal: name, epoch } = terminal.enrolled;
      const elsewhere = sign1(
        { terminal: name, epoch, session: randomBytes(16), ...sent },
        agent,
        contextOf.topic(telemetry),
      );
      await expectNotStored(
        rig,
        journal,
        upto,
        [
          ['that the gate signed', journal.signed(sent, gate)],
          ['that is signed for another topic', elsewhere],
        ],
        ledger,
      );
    },
  },
  {
    name: 'a batch whose body names another terminal or enrolment than its topic is not taken',
    shows: ['MDG-H-073'],
    async run(rig) {
      const terminal = await rig.terminal();
      const other = `${terminal.enrolled.terminal.slice(0, 60)}-x`;
      const ledger = new Journal(terminal);
      const upto = await ledger.cursor();
      const stored = { from: upto + 1, records: [startOf()], more: { terminal: other } };
      const { topics } = terminal;
      await expectNotStored(
        rig,
        ledger,
        upto,
        [['that names another terminal', ledger.signed(stored)]],
        topics.ledger,
      );
      const telemetry = new Journal(terminal, 'telemetry');
      const known = await rig.begin(() => telemetry.send({ from: 1, more: { oldest: 1 } }));
      const records = [
        entry(encodeTelemetry({ type: 'start', software: 'madoguchi 0.0.0', ms: 1, wall: 1 })),
      ];
      const from = known.upto + 1;
      for (const [what, lie] of [
        ['another terminal', { terminal: other }],
        ['another epoch', { epoch: terminal.enrolled.epoch + 1 }],
      ] as const) {
        await terminal.publish(
          topics.telemetry,
          telemetry.signed({ from, records, more: { oldest: 1, ...lie } }),
        );
        const after = await rig.begin(() => telemetry.send({ from: 1, more: { oldest: 1 } }));
        expectThat(after.upto === known.upto, {
          ...{ sent: `telemetry whose body names ${what}`, expected: `the cursor ${known.upto} as before` },
          came: `the cursor ${after.upto}`,
        });
      }
    },
  },
];

/** Played last: what all other checks have received. */
export const formCheck: HubCheck = {
  name: 'everything that the hub sent was in the form and limits of the contract',
  shows: ['MDG-H-001'],
  async run(rig) {
    await rig.terminal();
    const [wrong] = rig.broken;
    expectThat(wrong === undefined, {
      ...{ sent: 'what the other checks send', expected: 'messages of the contract', came: wrong ?? '' },
    });
  },
};

function wrongQuestions(terminal: TerminalClient): [Sent, Buffer][] {
  const place = contextOf.topic(terminal.topics.request);
  const { agent } = terminal.enrolled.keys;
  const names = [...wrongBodies(rightQuestion())].map(([what]) => what);
  // each has an id and a transaction of its own, or it would be a repetition
  const mutants = names.map((what, at): [Sent, Buffer] => {
    const right = rightQuestion();
    const [, body] = [...wrongBodies(right)][at]!;
    return [{ what, id: right.id }, sign1(body, agent, place)];
  });
  const values = wrongValues.map(([what, change]): [Sent, Buffer] => {
    const body: Record<string, Value> = { ...rightQuestion(), ...change };
    return [{ what, id: body.id as Buffer }, signBytes(encode(body), agent, place)];
  });
  return [...mutants, ...values];
}
