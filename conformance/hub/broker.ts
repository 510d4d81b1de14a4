// Checks of the broker: who may connect, and to which topics.
import { randomBytes } from 'node:crypto';
import type { IClientOptions, MqttClient } from 'mqtt';
import { signQuestion } from '../../agent/protocol/exchange.ts';
import { readTopic, topicsOf } from '../../agent/protocol/topics.ts';
import { expectThat } from './answers.ts';
import { foreignClient } from './certificates.ts';
import type { Enrolled } from './enrolled.ts';
import { journalOf, stepOf } from './journal.ts';
import type { HubCheck, HubRig } from './rig.ts';
import { clientOptions, connectTo, TerminalClient } from './terminal-client.ts';

/** Its own packet size, in bytes. */
const packetBytes = 64 << 10;

async function expectNotConnected(rig: HubRig, sent: string, options: IClientOptions): Promise<void> {
  const { grant } = await rig.enrolment();
  const came = await connectTo(grant.broker, options);
  if (!('refused' in came)) came.end(true);
  expectThat('refused' in came, { sent, expected: 'no connection', came: 'CONNACK with success' });
}

/** A further connection of the enrolled terminal, for what may end it. */
async function using(rig: HubRig, options: IClientOptions, work: (client: MqttClient) => Promise<void>) {
  const { grant } = await rig.enrolment();
  const client = await connectTo(grant.broker, options);
  if ('refused' in client) return rig.lacks(`a connection to the broker: ${client.refused}`);
  client.on('error', () => undefined);
  try {
    await work(client);
  } finally {
    client.end(true);
  }
}

export const brokerChecks: readonly HubCheck[] = [
  {
    name: 'the broker takes an enrolled terminal by MQTT 5 over TLS 1.3',
    shows: ['MDG-H-010'],
    async run(rig) {
      const enrolled = await rig.enrolment();
      const client = await TerminalClient.connect(enrolled, rig.broken);
      await client.close();
    },
  },
  {
    name: 'the broker refuses TLS 1.2',
    shows: ['MDG-H-010'],
    async run(rig) {
      const options = clientOptions(await rig.enrolment());
      const older = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as IClientOptions;
      await expectNotConnected(rig, 'a TLS 1.2 handshake', { ...options, ...older });
    },
  },
  {
    name: 'the broker refuses a client without a certificate, and one with another authority’s',
    shows: ['MDG-H-011'],
    async run(rig) {
      const enrolled = await rig.enrolment();
      const { cert: _, key: __, ...bare } = clientOptions(enrolled);
      await expectNotConnected(rig, 'CONNECT without a certificate', bare);
      const foreign = await foreignClient(enrolled.terminal, enrolled.grant.authority);
      const own = { cert: foreign.certificate, key: foreign.key };
      await expectNotConnected(rig, 'CONNECT with a certificate of another authority', { ...bare, ...own });
    },
  },
  {
    name: 'a terminal cannot publish on the topics of another, and does not get what is for it',
    shows: ['MDG-H-012'],
    async run(rig) {
      const [mine, other] = [await rig.enrolment(), await rig.other()];
      await rig.quiet(other);
      const { request, reply } = other.topics;
      const id = randomBytes(16);
      const question = signQuestion(
        { id, waitsMs: 5000, question: { ask: 'probe' } },
        request,
        other.enrolled.keys.agent,
      );
      const since = other.received.length;
      await using(rig, clientOptions(mine), async client => {
        const got: string[] = [];
        client.on('message', topic => got.push(topic));
        for (const filter of [reply, 'madoguchi/#', '#'])
          await client.subscribeAsync(filter, { qos: 1 }).catch(() => undefined);
        await sent(client, mine, request, question);
        await rig.quiet(other);
        await passed(client, mine); // what it gets of the answer to the other's probe
        const answer = await other.answerTo(id, { since, waitMs: 1 });
        expectThat(answer === undefined, {
          sent: `a question on ${request} by ${mine.terminal}`,
          ...{ expected: 'the broker does not pass it on', came: 'the hub answered it' },
        });
        const foreign = got.find(topic => readTopic(topic)?.terminal === other.enrolled.terminal);
        expectThat(foreign === undefined, {
          sent: `subscriptions to ${reply}, madoguchi/# and # by ${mine.terminal}`,
          ...{ expected: 'nothing of the other terminal', came: `a message on ${foreign}` },
        });
      });
    },
  },
  {
    name: 'a terminal cannot publish on the topics of the hub',
    shows: ['MDG-H-012'],
    async run(rig) {
      const terminal = await rig.terminal();
      const { reply, acknowledgement, keySet } = topicsOf(terminal.enrolled.terminal);
      await using(rig, clientOptions(terminal.enrolled), async client => {
        const got: string[] = [];
        client.on('message', (topic, message) => {
          if (message.equals(forged)) got.push(topic);
        });
        const forged = randomBytes(40);
        await client.subscribeAsync([reply, acknowledgement, keySet], { qos: 1 });
        for (const topic of [reply, acknowledgement, keySet])
          await sent(client, terminal.enrolled, topic, forged);
        await new Promise(resolve => setTimeout(resolve, rig.graceMs)); // a broker may route later than it answers
        await passed(client, terminal.enrolled);
        expectThat(got.length === 0, {
          ...{ sent: `a message on ${reply} by the terminal itself`, expected: 'nothing comes of it' },
          came: `it was delivered on ${got[0]}`,
        });
      });
    },
  },
  {
    name: 'a terminal that connects with another’s client id does not end that one’s session',
    shows: ['MDG-H-013'],
    async run(rig) {
      const [terminal, other] = [await rig.terminal(), await rig.otherEnrolment()];
      const options = { ...clientOptions(other), clientId: terminal.enrolled.terminal };
      const came = await connectTo(other.grant.broker, options);
      // a session that goes on carries a question and its answer
      const isThere = await terminal.ask({ ask: 'probe' }).then(
        () => true,
        () => false,
      );
      if (!('refused' in came)) came.end(true);
      expectThat(isThere, {
        sent: `CONNECT of ${other.terminal} with the client id ${terminal.enrolled.terminal}`,
        ...{ expected: 'the other session goes on', came: 'it was ended' },
      });
    },
  },
  {
    name: 'the broker takes a packet of 64 KiB, and the hub what is in it',
    shows: ['MDG-H-014'],
    async run(rig) {
      const { terminal, journal, upto } = await journalOf(rig);
      const { ledger } = terminal.topics;
      // 1 + 3 bytes of fixed header, topic, packet id and property length (MQTT 5, 3.3)
      const overhead = 4 + 2 + Buffer.byteLength(ledger) + 2 + 1;
      let event = 8000;
      const records = () => Array.from({ length: 8 }, () => stepOf(randomBytes(16), event));
      const sized = () => journal.signed({ from: upto + 1, records: records() }).length + overhead;
      event += Math.floor((packetBytes - sized()) / 8);
      const acknowledged = await journal.send({ from: upto + 1, records: records() }).catch(() => undefined);
      expectThat(acknowledged?.upto === upto + 8, {
        ...{ sent: `a packet of ${packetBytes >> 10} KiB`, expected: 'an acknowledgement of its records' },
        came: acknowledged ? `a cursor of ${acknowledged.upto}` : 'none',
      });
    },
  },
];

/**
 * Resolves when the broker has passed on to this client what it had for it: it takes a client's packets in their order, and sends in
 * order. Also where it has closed the connection.
 */
async function passed(client: MqttClient, { terminal }: Enrolled): Promise<void> {
  const closed = new Promise<void>(resolve => client.once('close', () => resolve()));
  if (!client.connected) return;
  const taken = client.subscribeAsync(topicsOf(terminal).presence, { qos: 1 }).catch(() => undefined);
  await Promise.race([taken, closed]);
}

/** Resolves when the broker has done with a message: it may refuse it with a reason, close the connection, or say nothing. */
async function sent(client: MqttClient, own: Enrolled, topic: string, message: Buffer): Promise<void> {
  client.publishAsync(topic, message, { qos: 1 }).catch(() => undefined);
  await passed(client, own);
}
