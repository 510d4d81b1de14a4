// Records without end until it is killed; prints each number when its record is durable. Argument: folder.
import { writeSync } from 'node:fs';
import { numbered, smallLog } from './telemetry-rig.ts';

const log = await smallLog(process.argv[2]!);
log.journal!.onAppend(({ seq }) => writeSync(1, `${seq}\n`));
for (let n = log.journal!.last.seq + 1; ; n++) {
  log.tell(numbered(n));
  if (n % 20 === 0) await new Promise(setImmediate);
  while (log.journal!.last.seq < n - 100) await new Promise(setImmediate);
}
