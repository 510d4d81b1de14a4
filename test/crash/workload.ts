// What a terminal does to its journal, mixed: all sizes, alone and many at once, acknowledgements, closing and opening.
import { join } from 'node:path';
import type { Journal } from '../../agent/journal/journal.ts';
import type { JournalOptions } from '../../agent/journal/journal-options.ts';
import { pick } from '../../simulator/customer/seeded-random.ts';
import { smallJournal } from '../agent/journal/journal-rig.ts';
import type { History } from './history.ts';

export type OpenJournal = (options: JournalOptions) => Promise<Journal>;

export interface Rig {
  mountPoint: string;
  openJournal: OpenJournal;
  history: History;
  random: () => number;
}

/** A journal of small segments under a mount point. Its checkpoint is the last sequence number of `onAppend`. */
export async function openUnder(mountPoint: string, openJournal: OpenJournal): Promise<Journal> {
  let lastSeq = 0;
  const checkpoint = () => {
    const body = Buffer.alloc(4);
    body.writeUInt32BE(lastSeq);
    // the oldest transaction that is still open
    return { body, oldestOpen: Math.max(1, lastSeq - (lastSeq % 7)) };
  };
  const options = smallJournal(join(mountPoint, 'ledger'), { checkpoint, budgetBytes: 8 << 20 });
  const journal = await openJournal(options);
  lastSeq = journal.last.seq;
  journal.onAppend(({ seq }) => {
    lastSeq = seq;
  });
  return journal;
}

/** Sizes around a block's end, around a record's usual length, and the max. */
const sizes = [4, 16, 300, 300, 300, 301, 1500, 4010, 4027, 4028, 4096, 5000, 8192];

/** `steps` things, one after the other. */
export async function mixed({ mountPoint, openJournal, history, random }: Rig, steps: number): Promise<void> {
  const size = () => pick(sizes, random);
  let journal = await openUnder(mountPoint, openJournal);
  await history.takeOver(journal);
  const kinds: Record<string, () => Promise<unknown>> = {
    alone: () => history.append(journal, size(), random),
    atOnce: () =>
      Promise.all(
        Array.from({ length: 2 + Math.floor(random() * 30) }, () => history.append(journal, size(), random)),
      ),
    whileWriting: async () => {
      const first = history.append(journal, size(), random);
      await Promise.all([acknowledge(journal, history, random), first, history.append(journal, 300, random)]);
    },
    acknowledge: () => acknowledge(journal, history, random),
    again: async () => {
      await journal.close();
      journal = await openUnder(mountPoint, openJournal);
    },
  };
  const deck = [
    'alone',
    'alone',
    'alone',
    'alone',
    'alone',
    'atOnce',
    'whileWriting',
    'acknowledge',
    'again',
  ];
  try {
    for (let step = 0; step < steps; step++) await kinds[pick(deck, random)]!();
  } finally {
    await journal.close();
  }
}

/** Up to the youngest entry, or somewhere before it. */
async function acknowledge(journal: Journal, history: History, random: () => number): Promise<void> {
  const [from, { seq }] = [journal.acknowledged.seq, journal.last];
  if (seq === from) return;
  const upTo = random() < 0.5 ? seq : from + 1 + Math.floor(random() * (seq - from));
  const [entry] = await journal.read(upTo - 1, { limit: 1 });
  await history.acknowledge(journal, entry!);
}
