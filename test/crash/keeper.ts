// A shell that mounts for us and outlives us: when this process ends, in whatever way, it takes everything down again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('keeper.sh', import.meta.url));
const prefix = 'madoguchi-device';
let made = 0;

export interface Keeper {
  /** Everything that lives in it goes with the keeper. */
  readonly folder: string;
  /** Output of a shell command. Errors: an exit code other than 0, with what was printed. */
  run(command: string): Promise<string>;
  /** Unmounts, detaches, removes. */
  close(): Promise<void>;
}

/** `under`: where its folder is made; a memory file system makes mounts of image files fast. */
export function startKeeper(under = tmpdir()): Keeper {
  // nth before the process: keeper.sh reads the last number as the owner
  const folder = join(under, `${prefix}-${++made}-${process.pid}`);
  const child = spawn('sh', [script, folder], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const gone = once(child, 'close');
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const waiting: ((answer: string | undefined) => void)[] = [];
  createInterface(child.stdout)
    .on('line', line => waiting.shift()?.(line))
    .on('close', () => {
      for (const give of waiting.splice(0)) give(undefined);
    });

  return {
    folder,
    async run(command) {
      const answered = new Promise<string | undefined>(give => waiting.push(give));
      child.stdin.write(`${command}\n`);
      const answer = await answered;
      if (answer === undefined) throw new Error(`The keeper ended: ${complaints}`);
      const [code, text = ''] = answer.split(' ');
      const output = Buffer.from(text, 'base64').toString();
      if (code !== '0') throw new Error(`${command}: exit code ${code}\n${output}`);
      return output.trim();
    },
    async close() {
      child.stdin.end();
      await gone;
      if (complaints) throw new Error(`The keeper could not take everything down: ${complaints}`);
    },
  };
}
