// timeout: 120 s
// `madoguchi journal replay`: a transaction runs again as it went; where today's machine goes elsewhere, that is said.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeRecord } from '../../../agent/protocol/ledger.ts';
import type { Event } from '../../../agent/transaction/event.ts';
import { encodeEvent } from '../../../agent/transaction/event.ts';
import { next } from '../../../agent/transaction/next.ts';
import { replay } from '../../../provisioning/journal/replay.ts';
import { smallJournal, withFolder, withJournal } from '../../agent/journal/journal-rig.ts';
import { block, edit } from '../../agent/journal/tamper-ways.ts';
import { evidence, road, transaction, waits } from '../../agent/transaction/story.ts';
import { madoguchiJournal, type Story, withKey, writeStories } from './stories.ts';

const replayOf = (folder: string, id = transaction, ...more: string[]) =>
  madoguchiJournal('replay', id, ...withKey(folder), ...more);

const unknownPaper: Event[] = [
  ...road().slice(0, -2),
  { is: 'restarted' },
  { is: 'printEnded', result: 'unknown', impressions: -1, evidence },
  { is: 'claimPrinted' },
];

test('each step: its time, its event, the state before and after, the effects; then the end', () =>
  withFolder(async folder => {
    await writeStories(folder, [{ transaction, events: unknownPaper }]);
    const { code, out, lines } = await replayOf(folder);
    assert.is(code, 0, out);
    for (const [i, { is }] of unknownPaper.entries()) {
      const at = lines.findIndex(line => line.startsWith(`step ${i} `));
      assert.match(lines[at]!, /1970-01-01T00:00:00\.000Z/);
      assert.match(lines[at + 1]!, `event    ${is}`);
      assert.match(lines[at + 2]!, /state {4}.+ > .+/);
    }
    assert.match(out, 'state    card > pin {"triesLeft":3,"consent":"notNeeded"}');
    assert.match(out, 'effect   verifyPin {"triesLeft":3}');
    assert.match(out, 'effect   resolveJob');
    assert.match(out, 'unknown (print/unknown), kept 200 yen, owed 0 yen');
    assert.match(lines.at(-1)!, 'same states and the same end');
  }));

test('as JSON, whole states and effects', () =>
  withFolder(async folder => {
    await writeStories(folder, [{ transaction, events: road() }]);
    const { code, lines } = await replayOf(folder, transaction, '--json');
    assert.is(code, 0);
    const steps = lines.map(line => JSON.parse(line));
    assert.is(steps.length, road().length + 1);
    assert.equal(steps[0].before, { at: 'idle' });
    assert.equal(steps[0].after, { at: 'card', transaction, waits });
    assert.equal(steps[0].effects, [{ do: 'openGate' }, { do: 'readCard' }]);
    assert.is(steps.at(-1).outcome, 'issued');
  }));

test('a transaction that is under way: no end, and nothing differs', () =>
  withFolder(async folder => {
    await writeStories(folder, [{ transaction, events: road().slice(0, 5) }]);
    const { code, out } = await replayOf(folder);
    assert.is(code, 0);
    assert.match(out, 'none is recorded');
  }));

test('a state that the machine of today does not reach, an event that it ignores and another end: said, and exits 1', () =>
  withFolder(async folder => {
    const id = Buffer.from(transaction, 'hex');
    const steps: [Event, string][] = [
      [{ is: 'started', transaction, waits }, 'card'],
      [{ is: 'cardRead', triesLeft: 3 }, 'authenticate'],
      [{ is: 'captured' }, 'authenticate'],
      [{ is: 'declined' }, 'abandoned'],
    ];
    await withJournal(smallJournal(folder), async journal => {
      for (const [step, [event, at]] of steps.entries())
        await journal.append(
          encodeRecord({ type: 'step', transaction: id, step, at, event: encodeEvent(event), wall: 5 }),
        );
      const end = { outcome: 'refundDue', code: 'pin/declined', keptYen: 0, owedYen: 300 } as const;
      await journal.append(encodeRecord({ type: 'end', transaction: id, ...end, wall: 6 }));
    });
    const { code, out } = await replayOf(folder);
    assert.is(code, 1);
    const differs = [...out.matchAll(/DIFFERS {2}(.*)/g)].map(([, why]) => why);
    assert.equal(differs, [
      'today it leads to pin; the journal has the state authenticate',
      'today the event captured means nothing in pin; the journal has the state authenticate',
      'today it ends with outcome "abandoned", the journal has "refundDue"; owedYen 0, the journal has 300',
    ]);
    assert.match(out, 'differs in 3 places');
  }));

test('evidence that was signed after the end stands behind it, as a line and as JSON', () =>
  withFolder(async folder => {
    await writeStories(folder, [{ transaction, events: road() }]);
    const late = { transaction: Buffer.from(transaction, 'hex'), evidence: Buffer.from('e'), wall: 7 };
    await withJournal(smallJournal(folder), journal =>
      journal.append(encodeRecord({ type: 'evidence', result: 'notPrinted', ...late })).then(() => undefined),
    );
    const { code, lines } = await replayOf(folder);
    assert.is(code, 0);
    assert.match(lines.at(-2)!, /^after .* the gate signed: notPrinted/);
    const json = (await replayOf(folder, transaction, '--json')).lines.map(line => JSON.parse(line));
    assert.equal([json.at(-1).type, json.at(-1).result], ['evidence', 'notPrinted']);
  }));

test('a machine that was changed is found by the journals of the one before', () => {
  const events = road();
  let state: Parameters<typeof next>[0] = { at: 'idle' };
  const steps = events.map((event, seq) => {
    state = next(state, event)!.state;
    return { event, entry: { seq, at: state.at, wall: 0 } };
  });
  const changed: typeof next = (from, event) =>
    event.is === 'cardTaken' ? next(from, { is: 'deadline' }) : next(from, event);
  const as = (machine: typeof next) =>
    replay({ transaction, steps }, machine).steps.filter(({ differs }) => differs).length;
  assert.is(as(next), 0);
  assert.ok(as(changed) > 0);
});

/** Enough stories to fill segments, so that the one before is given up in part. */
const filling = (n: number): Story => ({
  transaction: n.toString(16).padStart(32, '0'),
  events: [
    { is: 'started', transaction: n.toString(16).padStart(32, '0'), waits },
    { is: 'cardRead', triesLeft: 3 },
    { is: 'declined' },
  ],
});

test('first steps whose segment was given up come from the checkpoint; what is gone whole is the ledger’s', () =>
  withFolder(async folder => {
    await writeStories(folder, [filling(1), { transaction, events: road().slice(0, 6) }]);
    await writeStories(folder, []); // a new segment: its checkpoint has the first six steps
    const { lines } = await madoguchiJournal('inspect', ...withKey(folder));
    assert.match(lines.find(line => line.includes(transaction)) ?? '', '6 steps');
    await writeStories(
      folder,
      [
        { transaction, events: road().slice(6), from: road().slice(0, 6) },
        filling(2),
        ...Array.from({ length: 6 }, (_, i) => filling(3 + i)),
      ],
      { acknowledged: 20 },
    );
    const { code, out } = await replayOf(folder);
    assert.is(code, 0, out);
    assert.match(out, 'time not kept');
    assert.match(out, 'issued (issued/done)');
    const gone = await replayOf(folder, filling(1).transaction);
    assert.is(gone.code, 3);
    assert.match(gone.error, /provisioning\/noTransaction\n.*the ledger has it/);
  }));

test('what is no transaction, or not there, is said; one that was tampered with, only on request', () =>
  withFolder(async folder => {
    await writeStories(folder, [{ transaction, events: road() }]);
    assert.is((await replayOf(folder, 'abc')).code, 2);
    const unknown = await replayOf(folder, '00'.repeat(16));
    assert.is(unknown.code, 3);
    assert.match(unknown.error, 'provisioning/noTransaction');
    await edit(folder, 1, bytes => bytes.fill(7, 10 * block, 11 * block)); // one of its steps
    const refused = await replayOf(folder);
    assert.equal([refused.code, refused.lines], [1, []]);
    assert.match(refused.error, 'journal/altered');
    const half = await replayOf(folder, transaction, '--salvage');
    assert.is(half.code, 3);
    assert.match(half.error, /provisioning\/halfTransaction/);
    assert.match(half.error, 'step 7 is missing');
  }));

test.run();
