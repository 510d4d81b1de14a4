// timeout: 240 s
// Each benchmark runs and prints possible figures. A person judges how large they are.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { devicesMissing } from '../crash/devices-missing.ts';
import { ownMounts } from '../crash/own-mounts.ts';
import type { Line } from './benchmark.ts';
import { benchmarks } from './registry.ts';

if (!devicesMissing()) ownMounts();
const test = suite('benchmarks');

/** What makes a line unfit to be read; undefined where nothing does. */
function flaw({ what, us, alternative }: Line): string | undefined {
  if (us.length === 0) return `${what}: no figure`;
  const unfit = [...us, ...alternative].find(figure => !(Number.isFinite(figure) && figure > 0));
  return unfit === undefined ? undefined : `${what}: ${unfit}`;
}

test('an impossible figure is noticed', () => {
  const line = { what: 'planted', unit: 'ms', us: [1], alternative: [2] } as const;
  assert.is(flaw({ ...line, us: [1], alternative: [2] }), undefined);
  for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.ok(flaw({ ...line, us: [wrong], alternative: [2] }));
    assert.ok(flaw({ ...line, us: [1], alternative: [wrong] }));
  }
  assert.ok(flaw({ ...line, us: [], alternative: [] }));
});

for (const { name, run } of benchmarks)
  test(`${name} measures us and an alternative, each above nothing`, async () => {
    const lines = await run(1, 'short');
    assert.equal(
      lines.map(flaw).filter(found => found !== undefined),
      [],
    );
    assert.ok(lines[0]?.alternative.length, 'the first line is a comparison');
  });

test.run();
