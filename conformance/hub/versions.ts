// Checks of versions: questions that a hub does not speak, and messages on a topic of another version.
import { randomBytes } from 'node:crypto';
import { contextOf } from '../../agent/protocol/context.ts';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import { sign1 } from '../../agent/protocol/cose-sign1.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import { readTopic, topicsOf } from '../../agent/protocol/topics.ts';
import { digestOf, readVersionRefusal, type VersionRefusal } from '../../agent/protocol/version-refusal.ts';
import { Failure } from '../check.ts';
import { expectThat } from './answers.ts';
import { Journal, journalOf, startOf } from './journal.ts';
import type { HubCheck, HubRig } from './rig.ts';
import { strangeVersion, type TerminalClient } from './terminal-client.ts';

const strangeTopics = ({ enrolled }: TerminalClient) => topicsOf(enrolled.terminal, strangeVersion);
const questionBody = () => ({ id: randomBytes(16), waitsMs: 5000, question: { ask: 'probe' } });

/** The refusals that came on the strange version's reply topic since then, by digest in hex. */
function refusals(terminal: TerminalClient, since: number): Map<string, VersionRefusal> {
  const { reply } = strangeTopics(terminal);
  const read = terminal.received
    .slice(since)
    .filter(({ topic }) => topic === reply)
    .map(({ message }) => readVersionRefusal(message, reply, terminal.enrolled.hub.hub));
  return new Map(read.map(one => [one.refused.toString('hex'), one]));
}

async function publishAll(
  rig: HubRig,
  terminal: TerminalClient,
  messages: [string, Buffer][],
): Promise<number> {
  const since = terminal.received.length;
  for (const [topic, message] of messages) await terminal.publish(topic, message);
  await rig.quiet(terminal);
  return since;
}

/** Resolves when a refusal of the strange version has come, or none comes: for what must be refused. */
async function refusalComes(terminal: TerminalClient, since: number): Promise<void> {
  const { reply } = strangeTopics(terminal);
  await terminal.next(({ topic }) => topic === reply || undefined, { since });
}

export const versionChecks: readonly HubCheck[] = [
  {
    name: 'a terminal that is newer than the hub is refused, and served under the same id in the version that both speak',
    shows: ['MDG-H-090', 'MDG-H-030'],
    async run(rig) {
      const terminal = await rig.terminal();
      const { request } = strangeTopics(terminal);
      const { agent } = terminal.enrolled.keys;
      await terminal.appear([1, strangeVersion]);
      try {
        const body = questionBody();
        const message = sign1(body, agent, contextOf.topic(request));
        const since = await publishAll(rig, terminal, [[request, message]]);
        await refusalComes(terminal, since);
        const sent = `a question in version ${strangeVersion} of a terminal that speaks 1 and ${strangeVersion}`;
        const came = refusalsOr(sent, () => refusals(terminal, since));
        expectThat(came.has(digestOf(message).toString('hex')), {
          ...{ sent, expected: 'a version refusal with its digest', of: ['MDG-H-090'] },
          came: came.size > 0 ? 'one with another digest' : 'none',
        });
        const { answer } = await terminal.ask({ ask: 'probe' }, { id: body.id });
        expectThat(answer === 'probe', {
          ...{ sent: `${sent}, and again in version 1 under its id`, expected: 'an answer', came: answer },
          of: ['MDG-H-030'],
        });
      } finally {
        await terminal.appear([1]);
      }
    },
  },
  {
    name: 'a terminal that is older than the hub gets everything in its own version',
    shows: ['MDG-H-092'],
    async run(rig) {
      const terminal = await rig.terminal();
      const since = terminal.received.length;
      await terminal.appear([1]);
      await terminal.ask({ ask: 'probe' });
      await new Journal(terminal).cursor();
      await rig.quiet(terminal);
      const came = terminal.received.slice(since).map(({ topic }) => topic);
      const wrong = came.filter(topic => readTopic(topic)?.version !== 1);
      expectThat(wrong.length === 0, {
        sent: 'a presence with version 1 only, a question and a batch',
        ...{ expected: 'nothing but messages of version 1', came: wrong.join(' ') },
      });
      const leaves = new Set(came.map(topic => readTopic(topic)?.leaf));
      for (const leaf of ['keySet', 'reply', 'acknowledgement'] as const)
        expectThat(leaves.has(leaf), {
          sent: 'a presence with version 1 only, a question and a batch',
          ...{ expected: `a message on ${leaf}`, came: [...leaves].join(' ') },
        });
    },
  },
  {
    name: 'a question in a version that the hub does not speak is refused by its digest, for its terminal only',
    shows: ['MDG-H-090'],
    async run(rig) {
      const terminal = await rig.terminal();
      const { request } = strangeTopics(terminal);
      const place = contextOf.topic(request);
      const own = sign1(questionBody(), terminal.enrolled.keys.agent, place);
      const strangers = sign1(questionBody(), newKeyPair(), place);
      const since = await publishAll(rig, terminal, [
        [request, strangers],
        [request, own],
      ]);
      await refusalComes(terminal, since);
      const sent = `a question in version ${strangeVersion}`;
      const came = refusalsOr(sent, () => refusals(terminal, since));
      const refusal = came.get(digestOf(own).toString('hex'));
      expectThat(refusal !== undefined, {
        ...{ sent, expected: 'a version refusal with its digest' },
        came: came.size > 0 ? 'one with another digest' : 'nothing',
      });
      expectThat(refusal.versions.includes(1) && !refusal.versions.includes(strangeVersion), {
        ...{
          sent,
          expected: 'the versions that the hub speaks: 1, and not that one',
          came: `${refusal.versions}`,
        },
      });
      expectThat(!came.has(digestOf(strangers).toString('hex')), {
        sent: `a question in version ${strangeVersion} that a stranger signed`,
        ...{ expected: 'nothing', came: 'a version refusal' },
      });
    },
  },
  {
    name: 'a message on a topic of another version than it is signed for, or than the hub speaks, is not taken',
    shows: ['MDG-H-091'],
    async run(rig) {
      const { terminal, journal, upto } = await journalOf(rig);
      const { agent } = terminal.enrolled.keys;
      const strange = strangeTopics(terminal);
      const { request, ledger } = terminal.topics;
      const [down, up] = [questionBody(), questionBody()];
      const batch = { from: upto + 1, records: [startOf()] };
      const ofStrange = sign1(
        {
          terminal: terminal.enrolled.terminal,
          epoch: terminal.enrolled.epoch,
          session: randomBytes(16),
          ...batch,
        },
        agent,
        contextOf.topic(strange.ledger),
      );
      const since = await publishAll(rig, terminal, [
        [request, sign1(down, agent, contextOf.topic(strange.request))],
        [strange.request, sign1(up, agent, contextOf.topic(request))],
        [strange.ledger, ofStrange],
        [ledger, ofStrange],
        [strange.ledger, journal.signed(batch)],
      ]);
      const answered = await terminal.answerTo(down.id, { since, waitMs: 1 });
      expectThat(answered === undefined, {
        sent: `a question on the topic of version 1 that is signed for version ${strangeVersion}`,
        ...{ expected: 'nothing', came: 'an answer' },
      });
      const refused = refusalsOr('a question', () => refusals(terminal, since)).size;
      expectThat(refused === 0, {
        sent: `a question on the topic of version ${strangeVersion} that is signed for version 1`,
        ...{ expected: 'nothing', came: 'a version refusal' },
      });
      const after = await journal.cursor();
      expectThat(after === upto, {
        sent: `a batch in version ${strangeVersion}, on either topic`,
        ...{ expected: `the cursor ${upto} as before`, came: `the cursor ${after}` },
      });
    },
  },
];

/** Errors: Failure in place of a ProtocolError. */
function refusalsOr<T>(sent: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    const came = `one that breaks the contract (${error.code} ${error.path ?? ''})`;
    throw new Failure({ sent, expected: 'a version refusal of the contract', came });
  }
}
