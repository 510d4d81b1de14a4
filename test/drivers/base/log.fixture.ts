// A process that logs more than any pipe or queue holds, says "on" on standard output, and ends in order on SIGTERM.
// node log.fixture.ts [crash]: crashes then.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openLog } from '../../../drivers/base/log.ts';

const log = openLog('agent');
process.on('SIGTERM', () => {
  log.info('ended');
  process.exit(7);
});
log.info('began', { n: 1 });
// what a child inherits is set to block by libuv, for everybody who shares it
await once(spawn('true', { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit');
process.stdin.once('data', () => {
  for (let n = 0; n < 4_000; n++) log.warn('many', { n });
  process.emitWarning('nobody reads this');
  if (process.argv[2] === 'crash') setImmediate(() => Promise.reject(new TypeError('a secret')));
  else process.stdout.write('on');
});
