// What each program says of itself, before it starts anything.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function run(program: string, ...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise(resolve => child.once('exit', resolve)),
  ]);
  return { stdout, stderr, code };
}

for (const [program, words] of [
  ['agent/main.ts', /--start-gate DIR/],
  ['agent/gate/main.ts', /--home DIR/],
  ['drivers/native/main.ts', /the gate starts it/],
  ['simulator/hub/process/main.ts', /hub-process.ts starts it/],
] as const)
  test(`${program}: --help answers on standard output with 0; what cannot be read is one line and the usage, with 2`, async () => {
    const help = await run(program, '--help');
    assert.match(help.stdout, words);
    assert.equal([help.code, help.stderr], [0, '']);
    const wrong = await run(program, '--nonsense');
    assert.equal([wrong.code, wrong.stdout], [2, '']);
    assert.match(wrong.stderr, /^Unknown option '--nonsense'/);
    assert.match(wrong.stderr, words);
    assert.not.match(wrong.stderr, / {4}at /);
  });

test.run();
