import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { highestIn, lowerThan, remember } from '../../../drivers/base/rising-numbers.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';

const dir = temporaryFolder('rising');
const path = join(dir, 'accepted.json');
test.after(() => rmSync(dir, { recursive: true }));

test('what was remembered is the least that is taken from then on', async () => {
  assert.equal(await highestIn(path), {});
  await remember(path, { keySet: 3, configuration: 7 });
  await remember(path, { keySet: 4 });
  const highest = await highestIn(path);
  assert.equal(highest, { keySet: 4, configuration: 7 });
  assert.is(lowerThan(highest, { keySet: 4, configuration: 8 }), undefined);
  assert.equal(lowerThan(highest, { keySet: 3, configuration: 8 }), { name: 'keySet', given: 3, highest: 4 });
});

test('nothing is written where nothing rose; a damaged file is no empty one', async () => {
  writeFileSync(path, '{"keySet":4}');
  await remember(path, { keySet: 4 });
  assert.is(readFileSync(path, 'utf8'), '{"keySet":4}');
  for (const damaged of ['', '{', '[', 'null', '{"keySet":"4"}']) {
    writeFileSync(path, damaged);
    await highestIn(path).then(
      () => assert.unreachable(damaged),
      error => assert.ok(error instanceof SyntaxError || error instanceof TypeError),
    );
  }
});

test.run();
