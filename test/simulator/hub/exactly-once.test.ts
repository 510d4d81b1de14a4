// timeout: 120 s
// The agent's journal, link and drain with the virtual hub over TLS. The hub loses or refuses records, is restored from
// backups, and its acknowledgements are forged. Each record must be in the ledger once and in order, and the journal must
// not delete a record that the ledger does not have.
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { JournalOptions } from '../../../agent/journal/journal-options.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { type DrainOptions, startDrain } from '../../../agent/ledger/drain.ts';
import type { Standing } from '../../../agent/ledger/ledger-status.ts';
import { type KeyPair, newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { type Acknowledgement, encodeRecord, signAcknowledgement } from '../../../agent/protocol/ledger.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { openHubKeys } from '../../../simulator/hub/keys/hub-keys.ts';
import { startHub } from '../../../simulator/hub/process/hub.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { enrolled, until } from './enrolled.ts';

const dir = temporaryFolder('exactly-once');
const hub = await startHub({ dir: join(dir, 'hub'), say: () => undefined, cardAuthority: [] });
const hubKey = openHubKeys(join(dir, 'hub/keys')).hub;
test.after(async () => {
  await hub.close();
  rmSync(dir, { recursive: true });
});

let terminals = 0;
let backups = 0;

const step = (number: number): Buffer =>
  encodeRecord({
    type: 'step',
    transaction: Buffer.alloc(16, 1),
    step: number % 10_000,
    at: 'print',
    event: randomBytes(500),
    wall: number,
  });

/** A new terminal: enrolled and connected, with a journal of small segments and a drain with short waits. */
async function connected(more: Partial<JournalOptions & DrainOptions> = {}) {
  const terminal = `shop-${++terminals}`;
  const folder = join(dir, terminal);
  const { home, own, link } = await enrolled(hub, folder, terminal);
  const journal = await openJournal({
    folder: join(folder, 'journal'),
    log: 'ledger',
    terminal,
    epoch: home.epoch,
    dataKeys: home.journalKeys,
    checkpoint: () => ({ body: Buffer.alloc(1) }),
    segmentBytes: 64 << 10,
    budgetBytes: 4 << 20,
    reserveSegments: 1,
    ...more,
  });
  const alarms: string[] = [];
  const refused: Acknowledgement['refused'] = [];
  const standings: Standing[] = [];
  const unused: string[] = [];
  const sessions: Buffer[] = [];
  hub.behaviours.acknowledgement.unshift(({ terminal: name, acknowledgement }) => {
    if (name === terminal) sessions.push(acknowledgement.session);
    return undefined;
  });
  const drain = startDrain({
    ...own,
    journal,
    link,
    onAlarm: ({ code }) => alarms.push(code),
    onRefused: those => refused.push(...those),
    onStanding: standing => standings.push(standing),
    onUnused: ({ code }) => unused.push(code),
    ...more,
  });
  const topic = topicsOf(terminal).acknowledgement;
  return {
    ...{ terminal, journal, drain, alarms, refused, standings, unused },
    async append(count: number) {
      const from = journal.last.seq;
      await Promise.all(Array.from({ length: count }, (_, i) => journal.append(step(from + i))));
    },
    /** The terminal's records in the ledger. */
    rows: () => hub.ledger.rows().filter(row => row.terminal === terminal),
    segments: () => readdirSync(join(folder, 'journal')).filter(name => name.endsWith('.segment')),
    /** Publishes a forged acknowledgement: a complete one with `changes`. */
    async forge(changes: Partial<Acknowledgement>, key: KeyPair = hubKey, place = topic) {
      const { seq: upto, tag } = journal.last;
      const complete = { terminal, epoch: home.epoch, session: sessions.at(-1)!, upto, tag, generation: 1 };
      await hub.forge(topic, signAcknowledgement({ ...complete, refused: [], ...changes }, place, key));
    },
    async close() {
      await drain.close();
      await link.close();
      await journal.close();
      hub.behaviours.acknowledgement.length = 0;
    },
  };
}

type Terminal = Awaited<ReturnType<typeof connected>>;

function ledgerHolds({ rows }: Terminal, count: number): void {
  assert.equal(
    rows().map(({ seq }) => seq),
    Array.from({ length: count }, (_, i) => i + 1),
  );
}

const silent = () => hub.behaviours.acknowledgement.push(async () => 'nothing' as const);

async function backedUp(): Promise<string> {
  const path = join(dir, `backup-${++backups}.db`);
  hub.ledger.backup(path);
  return path;
}

test('each record is stored once and in order while hub and broker are killed and started again', async () => {
  const terminal = await connected();
  await terminal.append(1500);
  await until(() => terminal.journal.acknowledged.seq > 0);
  await terminal.append(500);
  await hub.crash();
  await terminal.append(500);
  await hub.recover();
  await hub.broker.kill();
  await terminal.append(500);
  await hub.broker.start();
  await terminal.drain.drained();
  ledgerHolds(terminal, 3000);
  assert.is(terminal.rows().at(-1)!.tag, terminal.journal.last.tag.toString('hex'));
  assert.equal([terminal.alarms, hub.ledger.alarms()], [[], []]);
  await terminal.close();
});

test('records that the hub stored and did not acknowledge are sent again, and stored once', async () => {
  const terminal = await connected();
  silent();
  await terminal.append(100);
  await until(() => hub.ledger.cursor(terminal.terminal) === 100);
  assert.is(terminal.journal.acknowledged.seq, 0);
  hub.behaviours.acknowledgement.pop();
  await terminal.drain.drained();
  ledgerHolds(terminal, 100);
  await terminal.close();
});

test('a record that the hub refuses is reported with its code, counts as stored, and blocks nothing', async () => {
  const terminal = await connected();
  await terminal.append(3);
  await terminal.journal.append(Buffer.from('a1616101', 'hex'));
  await terminal.append(3);
  await terminal.drain.drained();
  ledgerHolds(terminal, 7);
  assert.equal(terminal.refused, [{ seq: 4, code: 'ledger/schema', path: 'type' }]);
  await terminal.close();
});

test('a hub that was restored twice from an old backup answers with a new generation, and gets all records again', async () => {
  const terminal = await connected({ idleMs: 20 });
  await terminal.append(40);
  await terminal.drain.drained();
  const backup = await backedUp();
  for (const generation of [2, 3]) {
    await terminal.append(300);
    await terminal.drain.drained();
    const { seq } = terminal.journal.last;
    await hub.restore(backup);
    assert.is(hub.ledger.cursor(terminal.terminal), 40);
    await until(() => hub.ledger.cursor(terminal.terminal) === seq);
    await until(() => terminal.journal.acknowledged.seq === seq);
    assert.is(terminal.journal.acknowledged.generation, generation);
    ledgerHolds(terminal, seq);
  }
  assert.equal(terminal.alarms, []);
  await terminal.close();
});

test('a hub that was restored with the same generation: both sides report it; with a new one it gets all records again', async () => {
  const terminal = await connected({ idleMs: 20, answerMs: 100, backOff: { initialMs: 10, maxMs: 100 } });
  await terminal.append(40);
  await terminal.drain.drained();
  const backup = await backedUp();
  await terminal.append(20);
  await terminal.drain.drained();
  await hub.restore(backup, { sameGeneration: true });
  await terminal.append(1);
  await until(() => terminal.standings.length === 2 && hub.ledger.alarms().length > 0);
  const [alarm] = hub.ledger.alarms();
  assert.equal(alarm, { terminal: terminal.terminal, epoch: 1, seq: 60, code: 'ledger/behind' });
  assert.is(hub.ledger.cursor(terminal.terminal), 40);
  await hub.restore(backup);
  await terminal.drain.drained();
  ledgerHolds(terminal, 61);
  assert.equal(terminal.standings, ['agreed', 'hubBehind', 'agreed']);
  assert.equal([terminal.alarms, hub.ledger.alarms()], [[], []]);
  await terminal.close();
});

test('a hub that lacks records which the journal has deleted: journal/recycled, and the drain stops', async () => {
  const backup = await backedUp();
  const terminal = await connected({ idleMs: 20, keepBytes: 0 });
  await terminal.append(2000);
  await terminal.drain.drained();
  await terminal.append(1);
  await terminal.drain.drained();
  assert.ok(!terminal.segments().includes('000000000001.segment'));
  await hub.restore(backup);
  await until(() => terminal.alarms.length > 0);
  assert.equal(terminal.alarms, ['journal/recycled']);
  assert.ok(terminal.drain.state.halted);
  await terminal.close();
});

test('an acknowledgement that is forged, replayed, or of another session, topic, enrolment or generation deletes nothing', async () => {
  const terminal = await connected({ keepBytes: 0 });
  const { journal, drain, forge } = terminal;
  await terminal.append(10);
  await drain.drained();
  const generation = journal.acknowledged.generation;
  silent();
  await terminal.append(1000);
  await until(() => hub.ledger.cursor(terminal.terminal)! > 10); // as many as the line is thought to carry
  const before = [journal.acknowledged, terminal.segments()];
  await forge({ generation }, newKeyPair());
  await forge({ generation }, hubKey, topicsOf(terminal.terminal).reply);
  await forge({ generation, terminal: 'shop-0' });
  await forge({ generation, epoch: 2 });
  await forge({ generation, session: randomBytes(16) });
  await forge({ generation: generation - 1 });
  await forge({ upto: 10, tag: journal.acknowledged.tag, generation }); // a replay of the earlier one
  await until(() => terminal.unused.length === 6);
  assert.equal([journal.acknowledged, terminal.segments()], before);
  assert.equal(terminal.alarms, []);
  await forge({ generation });
  await drain.drained();
  assert.is(journal.acknowledged.seq, 1010);
  await terminal.close();
});

for (const [what, code, ahead] of [
  ['more than the journal has', 'journal/rolledBack', 1],
  ['a record with another tag', 'journal/foreignAcknowledgement', 0],
] as const)
  test(`a hub that has ${what}: ${code}, and the drain stops`, async () => {
    const terminal = await connected();
    silent();
    await terminal.append(5);
    await until(() => hub.ledger.cursor(terminal.terminal) === 5);
    await terminal.forge({ upto: 5 + ahead, tag: randomBytes(16), generation: 9 });
    await until(() => terminal.alarms.length > 0);
    assert.equal(terminal.alarms, [code]);
    assert.is(terminal.journal.acknowledged.seq, 0);
    await terminal.close();
  });

test.run();
