// The programs of ours that a signal must end, and how each is started.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Program {
  name: string;
  /** `dir`: a folder for this start only. Everything that the program starts names it in its command line or environment. */
  command(dir: string): readonly string[];
  /** What it writes when it has started. */
  ready: RegExp;
  /** What starts is npm, which has its own mind about signals that do not ask it to end. */
  isNpm?: boolean;
  /** Of how many moments one is played: for what is another program behind one more process. */
  oneOf?: number;
  /** What it has on descriptor 3: the native process a door, the hub's process Node's channel, on which it says that it is ready. */
  third?: 'pipe' | 'ipc';
  /** Paths that must not be there afterwards. */
  removed?: readonly string[];
}

/** An enrolled terminal whose agent does not run. */
export interface Site {
  agent: readonly string[];
  home: string;
  sockets: readonly string[];
  /** Of the hub's process: its broker, which runs, and its folder as it was before its first start. */
  hub: { broker: string; folder: string };
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const node = (script: string, ...args: string[]) => [process.execPath, join(root, script), ...args];

const part = (name: string): Program => ({
  name: `simulator ${name}`,
  command: () => node('simulator/main.ts', name),
  ready: /^ready$/m,
});

export const programs = ({ agent, home, sockets, hub }: Site): Program[] => [
  { name: 'agent', command: () => agent, ready: /"gate listens"/, removed: sockets },
  {
    name: 'gate',
    command: () => node('agent/gate/main.ts', '--home', join(home, 'gate')),
    ready: /"gate listens"/,
    removed: sockets,
  },
  { name: 'native', command: () => node('drivers/native/main.ts'), ready: /native/, third: 'pipe' },
  ...['card', 'pinpad', 'receipt-printer', 'page-printer', 'hub', 'terminal'].map(part),
  {
    name: 'hub process',
    command(dir) {
      const own = join(dir, 'hub');
      cpSync(hub.folder, own, { recursive: true });
      const authority = ['--card-authority', join(own, 'card-authority.der')];
      return node('simulator/hub/process/main.ts', '--dir', own, '--broker', hub.broker, ...authority);
    },
    ready: /enrolmentUrl/,
    third: 'ipc',
  },
  {
    name: 'demo',
    command: dir => node('simulator/demo/main.ts', '--out', join(dir, 'out')),
    ready: /type the PIN/,
  },
  {
    name: 'npm run demo',
    command: dir => ['npm', '--prefix', root, 'run', 'demo', '--', '--out', join(dir, 'out')],
    ready: /type the PIN/,
    oneOf: 4,
    isNpm: true,
  },
  {
    name: 'test runner',
    command: () =>
      node('test/run.ts', '--in', join(root, 'test/signals/fixtures'), '--suffix', '.fixture.ts'),
    ready: /2 files/,
  },
];
