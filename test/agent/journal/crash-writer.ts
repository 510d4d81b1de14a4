// Appends without end until it is killed; prints each sequence number only after it was acknowledged.
// Arguments: folder, number of appends under way at a time.
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { body, smallJournal } from './journal-rig.ts';

const [folder, lanes] = process.argv.slice(2);
const journal = await openJournal(smallJournal(folder!, { budgetBytes: 64 << 20 }));
let n = journal.last.seq;

async function lane(): Promise<never> {
  for (;;) {
    const mine = ++n;
    const { seq } = await journal.append(body(mine));
    if (seq !== mine) throw new Error(`appended ${mine}, got ${seq}`);
    process.stdout.write(`${seq}\n`);
  }
}
await Promise.all(Array.from({ length: Number(lanes) }, lane));
