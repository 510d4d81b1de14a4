// npm run test:line [-- --full]: a whole terminal on the other side of narrow, far and lossy lines. What has piled up must
// drain at no less than 70 % of what a bare TLS stream carries over the same line, and residents must be served meanwhile.
// Real agent, real mosquitto, TLS 1.3; the line is two TUN devices (line.py).
import { rm } from 'node:fs/promises';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { campaignOptions } from '../campaign-options.ts';
import { lineMissing } from './line.ts';
import { onLines } from './on-lines.ts';
import { ownNetwork } from './own-network.ts';

const { full, lines, seconds } = campaignOptions(
  'npm run test:line',
  'A terminal behind narrow, far and lossy lines: how fast the backlog drains, and whether residents are served.',
  {
    full: { preset: false, help: 'every line; by itself it takes about 25 minutes' },
    lines: { preset: '', help: 'these only: KBPS/ROUNDTRIPMS/LOSSPERCENT,…' },
    seconds: { preset: 8, help: 'of backlog that the line could carry at best; 40 with --full' },
  },
);
const missing = lineMissing();
if (missing) {
  console.error(`There can be no line here: ${missing}.`);
  process.exit(2);
}
ownNetwork();

const rates = [16, 32, 64, 128, 262, 524];
const all = [...rates.flatMap(rate => [`${rate}/20/0`, `${rate}/300/0`]), '128/20/2', '128/300/2'];
const chosen = lines ? lines.split(',') : full ? all : ['524/20/0'];
/** In short the start of the drain counts for more: 83 to 91 % were measured, on two processors with a load of up to 9. */
const minShare = 0.7;
const dir = temporaryFolder('line');
try {
  const isGood = await onLines({
    dir,
    lines: chosen.map(one => {
      const [kbps = 0, roundTripMs = 0, lossPercent = 0] = one.split('/').map(Number);
      return { kbps, roundTripMs, lossPercent };
    }),
    seconds: full ? Math.max(seconds, 40) : seconds,
    bareSeconds: full ? 30 : 8,
    minShare,
    say: console.log,
  });
  const share = `${100 * minShare} % or more`;
  console.log(isGood ? `every line: drained at ${share}, and residents as they should` : 'NOT GOOD');
  process.exitCode = isGood ? 0 : 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}
