// The log must never stop a process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const logModule = fileURLToPath(new URL('../../../drivers/base/log.ts', import.meta.url));

/** A process that logs before and after its reader has closed. Its exit code shows that it ran to its end. */
const script = `
  import { openLog } from ${JSON.stringify(logModule)};
  const log = openLog('agent');
  log.info('first', { n: 1 });
  process.stdin.once('data', () => {
    for (let i = 0; i < 100; i++) log.warn('nobody reads this');
    setImmediate(() => process.exit(7));
  });
`;

test('lines are JSON with process, pid and fields; a closed reader does not stop the process', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const [chunk] = await once(child.stderr, 'data');
  const entry = JSON.parse(String(chunk).split('\\n')[0]!);
  assert.equal([entry.process, entry.pid, entry.msg, entry.n], ['agent', child.pid, 'first', 1]);
  child.stderr.destroy();
  child.stdin.write('go');
  const [code] = await once(child, 'exit');
  assert.is(code, 7);
});

test.run();
