// Writes until a segment becomes a spare, and is killed between the rename and the flush of the folder. Argument: folder.
import { openJournal } from '../../agent/journal/open-journal.ts';
import { nodeStorage, type Storage } from '../../agent/journal/storage.ts';
import { body, failWith, smallJournal } from '../agent/journal/journal-rig.ts';

let isReserveMade = false;
const storage: Storage = {
  ...nodeStorage,
  // a reserve that is full would have the segment removed
  create: path => (isReserveMade ? failWith('ENOSPC') : nodeStorage.create(path)),
  rename: async (from, to) => {
    await nodeStorage.rename(from, to);
    if (from.endsWith('.segment')) process.kill(process.pid, 'SIGKILL');
  },
};
const journal = await openJournal(smallJournal(process.argv[2]!, { storage, reserveSegments: 8 }));
await journal.health(); // the reserve is made
isReserveMade = true;
for (let n = 1; ; n++) {
  await journal.append(body(n));
  if (n % 5 === 0) await journal.acknowledge({ ...journal.last, generation: 1 });
}
