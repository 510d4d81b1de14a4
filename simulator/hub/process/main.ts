// The hub as a process of its own (hub-process.ts starts it): everything but the broker, in the folder it is given. Says
// what it does on standard error; ends with its parent.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Question } from '../../../agent/protocol/exchange.ts';
import { startHub } from './hub.ts';

/** What it is told: the question that it is not to answer for now, or that this is over. */
export interface ToHub {
  keepsBack?: Question['ask'];
}

/** What it tells, once: where it serves. */
export interface FromHub {
  enrolmentUrl: string;
}

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    broker: { type: 'string' },
    'card-authority': { type: 'string' },
    waits: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const { dir, broker: url, 'card-authority': authority } = values;
if (values.help || !dir || !url || !authority || !process.send) {
  process.stderr.write('hub: started by hub-process.ts only\n');
  process.exit(values.help ? 0 : 64);
}

const nobodys = () => Promise.reject(new Error('the broker is another process'));
const hub = await startHub({
  dir,
  say: line => process.stderr.write(`${line}\n`),
  cardAuthority: [{ certificateDer: await readFile(authority) }],
  waits: JSON.parse(values.waits ?? '{}'),
  broker: { url, start: nobodys, stop: nobodys, kill: nobodys, close: async () => {} },
});
let kept = Promise.withResolvers<void>();
process.on('message', ({ keepsBack }: ToHub) => {
  kept.resolve();
  kept = Promise.withResolvers();
  if (keepsBack) hub.keepsBack(keepsBack, kept.promise);
});
process.on('disconnect', () => process.exit()); // its parent is gone
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => void hub.close().then(() => process.exit()));
process.send({ enrolmentUrl: hub.enrolmentUrl } satisfies FromHub);
