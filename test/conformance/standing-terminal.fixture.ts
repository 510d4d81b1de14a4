// A terminal of ours as `simulator -- terminal --home` runs it, without the other parts of the simulator: a quicker start.

import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { interruption } from '../../simulator/interrupted.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { startStandingTerminal } from '../../simulator/terminal/standing-terminal.ts';

const { MADOGUCHI_HOME: home = '', MADOGUCHI_CARDS: cards = '' } = process.env;
const signal = interruption();
const dir = temporaryFolder('standing');
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
const running = await startStandingTerminal(home, cards, { dir, say: () => undefined, signal });
if (!signal.aborted) await once(signal, 'abort');
await running.close();
process.exit();
