// Writes until a segment becomes a spare, and is killed between the rename and the flush of the folder. Argument: folder.
import { body, smallJournal } from '../agent/journal/journal-rig.ts';
import { openUntilSpare } from '../agent/journal/made-spare.ts';

const journal = await openUntilSpare(smallJournal(process.argv[2]!, { reserveSegments: 8 }), () =>
  process.kill(process.pid, 'SIGKILL'),
);
for (let n = 1; ; n++) {
  await journal.append(body(n));
  if (n % 5 === 0) await journal.acknowledge({ ...journal.last, generation: 1 });
}
