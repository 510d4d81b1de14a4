// The hub as a process of its own, without the broker. hub-process.ts starts it. It logs on standard error and ends with its
// parent process.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Question } from '../../../agent/protocol/exchange.ts';
import { interruption } from '../../interrupted.ts';

/** A message to the hub: the kind of question that it must not answer for now; none: it answers all again. */
export interface ToHub {
  keepsBack?: Question['ask'];
}

/** The only message from the hub: it serves, at this address. */
export interface FromHub {
  enrolmentUrl: string;
}

const usage = `simulator/hub/process/main.ts: the virtual hub without its broker; hub-process.ts starts it, with Node's channel.

  --dir DIR              its folder, with its keys
  --broker URL           mqtts://host:port
  --card-authority FILE  certificate (DER) of the authority whose cards are accepted
  --waits JSON           time limits of the terminals, in ms, where they differ from the default
`;

function refuse(why: string): never {
  process.stderr.write(`${why}\n\n${usage}`);
  process.exit(2);
}

function options() {
  try {
    return parseArgs({
      options: {
        ...{ dir: { type: 'string' }, broker: { type: 'string' }, 'card-authority': { type: 'string' } },
        ...{ waits: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const { dir, broker: url, 'card-authority': authority, waits = '{}', help } = options();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}
if (!dir || !url || !authority || !process.send)
  refuse('--dir, --broker, --card-authority and the channel must be given');
const { startHub } = await import('./hub.ts'); // much: not for a word about its options

const inOtherProcess = () => Promise.reject(new Error('the broker is another process'));
const hub = await startHub({
  dir,
  say: line => process.stderr.write(`${line}\n`),
  cardAuthority: [{ certificateDer: await readFile(authority) }],
  waits: JSON.parse(waits),
  broker: { url, start: inOtherProcess, stop: inOtherProcess, kill: inOtherProcess, close: async () => {} },
});
// not before: until now there is nothing to close, and a signal ends the process at once
const stop = interruption();
let kept = Promise.withResolvers<void>();
process.on('message', ({ keepsBack }: ToHub) => {
  kept.resolve();
  kept = Promise.withResolvers();
  if (keepsBack) hub.keepsBack(keepsBack, kept.promise);
});
process.on('disconnect', () => process.exit()); // the parent process has ended
process.send({ enrolmentUrl: hub.enrolmentUrl } satisfies FromHub);
await once(stop, 'abort');
await hub.close();
process.exit();
