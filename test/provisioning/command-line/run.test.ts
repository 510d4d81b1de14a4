// The command line as an installer meets it: help, mistakes, and the PIN pad's key.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runCommandLine } from '../../../provisioning/command-line/run.ts';
import { enrol } from '../../../provisioning/commands/enrol.ts';
import { pinpadKey } from '../../../provisioning/commands/pinpad-key.ts';

const dir = mkdtempSync(join(tmpdir(), 'command-'));
test.after(() => rmSync(dir, { recursive: true }));

async function run(...args: string[]) {
  const out: string[] = [];
  const error: string[] = [];
  const code = await runCommandLine(args, [enrol, pinpadKey], {
    out: line => out.push(line),
    error: line => error.push(line),
  });
  return { code, out: out.join('\n'), error: error.join('\n') };
}

test('help names every command, and every option of one', async () => {
  for (const args of [[], ['--help'], ['-h']]) {
    const { code, out } = await run(...args);
    assert.is(code, 0);
    for (const { name } of [enrol, pinpadKey]) assert.match(out, name);
  }
  const { out } = await run('enrol', '--help');
  for (const option of Object.keys(enrol.options)) assert.match(out, `--${option}`);
});

const sheet = {
  '--hub': 'https://127.0.0.1:1',
  '--code': '00000-00000-00000-00000-00000',
  '--root-key': '00'.repeat(32),
  '--home': join(dir, 'home'),
};
const args = (change: Partial<typeof sheet>) => ['enrol', ...Object.entries({ ...sheet, ...change }).flat()];

test('a mistake in the command is named, with what to do, and exits 2', async () => {
  const mistakes: [string[], string][] = [
    [['enroll'], 'no command enroll'],
    [['enrol', '--hub', 'https://127.0.0.1:1'], '--code, --root-key, --home'],
    [['enrol', '--pin', '1'], '--pin'],
    [args({ '--hub': 'http://127.0.0.1:1' }), '--hub'],
    [args({ '--code': '00000-OOOOO-00000-00000-00000' }), '--code'],
    [args({ '--root-key': 'abcd' }), '--root-key'],
  ];
  for (const [line, says] of mistakes) {
    const { code, error } = await run(...line);
    assert.is(code, 2, line.join(' '));
    assert.match(error, says);
    assert.match(error, '--help');
  }
});

test('what fails exits 1 and says its code; a code in small letters and a thumbprint with colons are understood', async () => {
  const spelled = args({
    '--code': 'abcde-00000-00000-00000-00000',
    '--root-key': Array(32).fill('0a').join(':'),
  });
  const { code, error } = await run(...spelled);
  assert.is(code, 1);
  assert.match(error, 'provisioning/unreachable');
  assert.equal(readdirSync(dir), []);
});

test("a PIN pad's key is taken as 16 bytes or 32 hex digits, replaced whole, and readable by its owner only", async () => {
  const home = join(dir, 'enrolled');
  mkdirSync(join(home, 'gate', 'keys'), { recursive: true });
  const file = join(dir, 'key');
  const key = join(home, 'gate', 'keys', 'pinpad-pad-1.bin');
  for (const content of [Buffer.alloc(16, 0xa5), `${'c3'.repeat(16)}\n`]) {
    writeFileSync(file, content);
    assert.is((await run('pinpad-key', '--home', home, '--id', 'pad-1', '--file', file)).code, 0);
    assert.equal(readFileSync(key), Buffer.alloc(16, typeof content === 'string' ? 0xc3 : 0xa5));
    assert.is(statSync(key).mode & 0o777, 0o600);
  }
  assert.equal(readdirSync(join(home, 'gate', 'keys')), ['pinpad-pad-1.bin']);
});

test('what is no key, no pad, no home or no file is refused', async () => {
  const home = join(dir, 'enrolled');
  const bad = join(dir, 'bad');
  writeFileSync(bad, 'c3'.repeat(15));
  const good = join(dir, 'key');
  const wrong: [string, string, string, number, string][] = [
    [home, 'pad-1', bad, 1, '16 bytes'],
    [home, '../pad', good, 2, '--id'],
    [join(dir, 'nowhere'), 'pad-1', good, 1, 'no home'],
    [home, 'pad-1', join(dir, 'missing'), 1, 'read'],
  ];
  for (const [where, id, file, expected, says] of wrong) {
    const { code, error } = await run('pinpad-key', '--home', where, '--id', id, '--file', file);
    assert.is(code, expected, says);
    assert.match(error, says);
  }
});

test.run();
