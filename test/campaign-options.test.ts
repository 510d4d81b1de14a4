// What a campaign's script understands, and what it says of what it does not.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ChildError, runChild } from '../simulator/child.ts';
import { refusalOf } from './refusal.ts';

const script = `
  import { campaignOptions } from '${new URL('campaign-options.ts', import.meta.url).pathname}';
  const options = { states: { preset: 5, help: 'states' }, seed: { preset: 7, help: 'a seed' },
    alone: { preset: false, help: 'alone' }, out: { preset: '', help: 'a folder' } };
  console.log(JSON.stringify(campaignOptions('it', 'about', options)));`;
const run = (...args: string[]) =>
  runChild([process.execPath, '--input-type=module', '--eval', script, '--', ...args]);
const refusal = async (...args: string[]) => (await refusalOf(run(...args), ChildError)).message;

test('what is left out has its default; counts are numbers', async () => {
  assert.equal(JSON.parse(await run()), { states: 5, seed: 7, alone: false, out: '' });
  const given = JSON.parse(await run('--states', '9', '--seed', '0', '--alone', '--out', '/x'));
  assert.equal(given, { states: 9, seed: 0, alone: true, out: '/x' });
});

test('--help tells every option; what is not understood is refused with 2 and the same text', async () => {
  assert.match(
    await run('--help'),
    /--states N +states \(default: 5\)\n +--seed N +a seed\n +--alone +alone/,
  );
  for (const args of [['--stats', '9'], ['--states', '0'], ['--states', 'many'], ['--seed', '-1'], ['9']])
    assert.match(await refusal(...args), /ended with 2: .*\n?.*--states N/s, args.join(' '));
});

test.run();
