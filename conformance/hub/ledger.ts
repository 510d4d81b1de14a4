// Checks of the ledger: what is taken, what is acknowledged, and what is refused.
import { randomBytes } from 'node:crypto';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import type { Acknowledgement } from '../../agent/protocol/ledger.ts';
import { expectThat } from './answers.ts';
import { type Entry, endOf, entry, evidenceOf, Journal, journalOf, startOf, stepOf } from './journal.ts';
import type { HubCheck } from './rig.ts';

const wordsOf = ({ upto, tag }: Acknowledgement): string =>
  `upto ${upto}, tag ${tag.toString('hex').slice(0, 8)}…`;

/** The cursor must be at `upto` with the tag of `last`. */
function expectCursor(came: Acknowledgement, sent: string, upto: number, last?: Entry): void {
  expectThat(came.upto === upto && (last === undefined || came.tag.equals(last.tag)), {
    sent,
    expected: `an acknowledgement upto ${upto}${last ? ' with the tag of that record' : ''}`,
    came: wordsOf(came),
  });
}

function expectRefusedRecords(came: Acknowledgement, sent: string, seqs: readonly number[]): void {
  const named = came.refused.map(({ seq }) => seq);
  expectThat(seqs.length === named.length && seqs.every((seq, i) => seq === named[i]), {
    ...{ sent, expected: `refused: ${seqs.join(', ') || 'none'}` },
    came: `refused: ${came.refused.map(({ seq, code }) => `${seq} ${code}`).join(', ') || 'none'}`,
  });
}

export const ledgerChecks: readonly HubCheck[] = [
  {
    name: 'records are acknowledged with the tag of the last, and again where they come again',
    shows: ['MDG-H-061'],
    async run(rig) {
      const { journal, upto } = await journalOf(rig);
      const records = [startOf(), startOf(), startOf(), startOf()];
      const first = { from: upto + 1, records: records.slice(0, 3) };
      expectCursor(await journal.send(first), 'a batch of 3 new records', upto + 3, records[2]);
      expectCursor(await journal.send(first), 'the same batch again', upto + 3, records[2]);
      const overlapping = { from: upto + 2, records: records.slice(1) };
      const sent = 'a batch of which the first two records are stored';
      expectCursor(await journal.send(overlapping), sent, upto + 4, records[3]);
    },
  },
  {
    name: 'four batches that are sent together are all taken',
    shows: ['MDG-H-061'],
    async run(rig) {
      const { journal, upto } = await journalOf(rig);
      const terminal = await rig.terminal();
      const batches = [0, 1, 2, 3].map(i => {
        const records = [startOf(), startOf()];
        return journal.signed({ from: upto + 1 + 2 * i, records });
      });
      await Promise.all(batches.map(batch => terminal.publish(terminal.topics.ledger, batch)));
      const after = await journal.cursor();
      expectThat(after === upto + 8, {
        sent: 'four batches of 2 records, one after the other and without a wait between them',
        ...{ expected: `the cursor ${upto + 8}`, came: `the cursor ${after}` },
      });
    },
  },
  {
    name: 'a batch after a gap is not stored, and gets the present cursor',
    shows: ['MDG-H-062'],
    async run(rig) {
      const { journal, upto } = await journalOf(rig);
      const last = startOf();
      await rig.begin(() => journal.send({ from: upto + 1, records: [last] }));
      const sent = 'a batch that begins one record after the next';
      expectCursor(await journal.send({ from: upto + 3, records: [startOf()] }), sent, upto + 1, last);
    },
  },
  {
    name: 'a batch with a record that differs from the stored one of its number is not stored',
    shows: ['MDG-H-063'],
    async run(rig) {
      const { journal, upto } = await journalOf(rig);
      const last = stepOf(randomBytes(16));
      await rig.begin(() => journal.send({ from: upto + 1, records: [last] }));
      const other = { tag: last.tag, body: stepOf(randomBytes(16)).body };
      const another = { tag: randomBytes(16), body: last.body };
      for (const [record, what] of [
        [other, 'another body'],
        [another, 'another tag'],
      ] as const) {
        const came = await journal.send({ from: upto + 1, records: [record, startOf()] });
        expectCursor(came, `a stored record with ${what}, and a new one`, upto + 1, last);
      }
    },
  },
  {
    name: 'a record that cannot be read counts as taken, and is named as refused',
    shows: ['MDG-H-064'],
    async run(rig) {
      const { journal, upto } = await journalOf(rig);
      const records = [
        startOf(),
        entry(Buffer.from('ff', 'hex')),
        entry(Buffer.from('a16474797065613f', 'hex')),
      ];
      records.push(startOf());
      const came = await journal.send({ from: upto + 1, records });
      const sent = 'a batch of 4 records, of which the second and third are no records of the contract';
      expectCursor(came, sent, upto + 4);
      expectRefusedRecords(came, sent, [upto + 2, upto + 3]);
    },
  },
  {
    name: 'evidence of another key, transaction or terminal is refused, and the gate’s own is not',
    shows: ['MDG-H-066'],
    async run(rig) {
      const { journal, upto } = await journalOf(rig);
      const { keys, terminal } = await rig.enrolment();
      const { gate, agent } = keys;
      const ids = Array.from({ length: 5 }, () => randomBytes(16)) as [
        Buffer,
        Buffer,
        Buffer,
        Buffer,
        Buffer,
      ];
      const records = [
        evidenceOf(terminal, ids[0], gate),
        evidenceOf(terminal, ids[1], newKeyPair()),
        evidenceOf(terminal, ids[2], agent),
        evidenceOf(terminal, ids[3], gate, { transaction: randomBytes(16) }),
        evidenceOf(terminal, ids[4], gate, { terminal: `${terminal.slice(0, 60)}-x` }),
      ];
      const came = await journal.send({ from: upto + 1, records });
      const sent =
        'evidence of the gate, and such of a stranger, of the agent, of another transaction and of another terminal';
      expectRefusedRecords(
        came,
        sent,
        [2, 3, 4, 5].map(at => upto + at),
      );
    },
  },
  {
    name: 'evidence of an earlier epoch is verified with the gate’s key of that epoch',
    shows: ['MDG-H-067'],
    async run(rig) {
      const [former, last, terminal] = [await rig.former(), await rig.enrolment(), await rig.terminal()];
      const journal = new Journal(terminal);
      const { epoch } = former;
      const upto = await journal.cursor(epoch);
      const records = [former, last].map(({ keys }) => evidenceOf(last.terminal, randomBytes(16), keys.gate));
      const came = await journal.send({ epoch, from: upto + 1, records });
      const sent = `in a batch of epoch ${epoch}, evidence of that epoch's gate and of the present one`;
      expectRefusedRecords(came, sent, [upto + 2]);
    },
  },
  {
    name: 'a batch of an epoch above the present one is dropped',
    shows: ['MDG-H-068'],
    async run(rig) {
      const terminal = await rig.terminal();
      const journal = new Journal(terminal);
      await journal.cursor();
      const epoch = terminal.enrolled.epoch + 1;
      const session = randomBytes(16);
      const since = terminal.received.length;
      const message = journal.signed({ epoch, session, from: 1, records: [startOf()] });
      await terminal.publish(terminal.topics.ledger, message);
      await journal.cursor();
      await rig.quiet(terminal);
      const came = await journal.acknowledged({ since, session, waitMs: 1 });
      expectThat(came === undefined, {
        ...{
          sent: `a batch of epoch ${epoch}`,
          expected: 'no acknowledgement',
          came: came ? wordsOf(came) : '',
        },
      });
    },
  },
  {
    name: 'a second end of a transaction is refused',
    shows: ['MDG-H-069'],
    async run(rig) {
      const { journal, upto } = await journalOf(rig);
      const transaction = randomBytes(16);
      const records = [endOf(transaction), endOf(transaction, 'unknown')];
      const came = await journal.send({ from: upto + 1, records });
      expectRefusedRecords(came, 'two ends of one transaction', [upto + 2]);
    },
  },
  {
    name: 'an acknowledgement repeats the session of its batch',
    shows: ['MDG-H-071'],
    async run(rig) {
      const { journal } = await journalOf(rig);
      for (const session of [randomBytes(16), randomBytes(16)]) {
        const came = await journal.send({ from: 1, session });
        expectThat(came.session.equals(session), {
          ...{ sent: `a batch of session ${session.toString('hex')}`, expected: 'the same session' },
          came: came.session.toString('hex'),
        });
      }
    },
  },
  {
    name: 'what was acknowledged is there after the hub was killed',
    shows: ['MDG-H-060'],
    limitMs: 120_000,
    async run(rig) {
      const { journal, upto } = await journalOf(rig);
      const records = [startOf(), startOf()];
      await rig.begin(() => journal.send({ from: upto + 1, records }));
      const after = new Journal(await rig.restarted());
      const came = await after.send({ from: upto + 3 });
      expectCursor(came, 'a batch without records, after a restart', upto + 2);
    },
  },
  {
    name: 'a hub that was restored from a backup answers with a higher generation',
    shows: ['MDG-H-065'],
    limitMs: 120_000,
    async run(rig) {
      const { backup, restore } = rig.options;
      if (!backup || !restore) return rig.lacks('--backup and --restore: the ledger is put back to a backup');
      const { journal, upto } = await journalOf(rig);
      const kept = await rig.begin(() => journal.send({ from: upto + 1, records: [startOf()] }));
      await backup();
      await rig.begin(() => journal.send({ from: upto + 2, records: [startOf()] }));
      await restore();
      const came = await new Journal(await rig.reached()).send({ from: upto + 3 });
      expectThat(came.generation > kept.generation && came.upto === upto + 1, {
        sent: 'a batch without records, after a restore of the ledger',
        expected: `a generation above ${kept.generation}, and upto ${upto + 1}`,
        came: `generation ${came.generation}, ${wordsOf(came)}`,
      });
    },
  },
];
