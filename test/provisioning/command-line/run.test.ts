// The command line as an installer meets it: help and mistakes.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { enrol } from '../../../provisioning/commands/enrol.ts';
import { commands } from '../../../provisioning/commands/registry.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { madoguchi } from '../madoguchi.ts';

const dir = temporaryFolder('command');
test.after(() => rmSync(dir, { recursive: true }));

test('help names every command, and every option of one', async () => {
  for (const args of [[], ['--help'], ['-h']]) {
    const { code, out } = await madoguchi(...args);
    assert.is(code, 0);
    for (const { name } of commands) assert.match(out, name);
  }
  const { out } = await madoguchi('enrol', '--help');
  for (const option of Object.keys(enrol.options)) assert.match(out, `--${option}`);
});

const sheet = {
  '--hub': 'https://127.0.0.1:1',
  '--code': '00000-00000-00000-00000-00000',
  '--root': '00'.repeat(32),
  '--home': join(dir, 'home'),
};
const args = (change: Partial<typeof sheet>) => ['enrol', ...Object.entries({ ...sheet, ...change }).flat()];

test('a mistake in the command is named, with what to do, and exits 2', async () => {
  const mistakes: [string[], string][] = [
    [['enroll'], 'no command enroll'],
    [['enrol', '--hub', 'https://127.0.0.1:1'], '--code, --root, --home'],
    [['enrol', '--pin', '1'], '--pin'],
    [args({ '--hub': 'http://127.0.0.1:1' }), '--hub'],
    [args({ '--code': '00000-OOOOO-00000-00000-00000' }), '--code'],
    [args({ '--root': 'abcd' }), '--root'],
    [[...args({}), '--proxy', 'ftp://127.0.0.1'], '--proxy'],
  ];
  for (const [line, says] of mistakes) {
    const { code, error } = await madoguchi(...line);
    assert.is(code, 2, line.join(' '));
    assert.match(error, says);
    assert.match(error, '--help');
  }
});

test('what fails exits 1 and says its code; a code in small letters and a thumbprint with colons are understood', async () => {
  const spelled = args({
    '--code': 'abcde-00000-00000-00000-00000',
    '--root': Array(32).fill('0a').join(':'),
  });
  const { code, error } = await madoguchi(...spelled);
  assert.is(code, 1);
  assert.match(error, 'provisioning/unreachable');
  assert.equal(readdirSync(dir), []);
});

test('help of the family, and of each command', async () => {
  for (const args of [[], ['--help']]) {
    const { code, out } = await madoguchi('journal', ...args);
    assert.is(code, 0);
    for (const word of ['inspect', 'verify', 'export', 'replay']) assert.match(out, `journal ${word}`);
  }
  assert.match((await madoguchi('journal', 'replay', '--help')).out, 'TRANSACTION');
  assert.is((await madoguchi('journal', 'nothing')).code, 2);
});

test.run();
