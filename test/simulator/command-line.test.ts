// What the simulator says of each part and command, without starting it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commands, parts, runSimulator } from '../../simulator/command-line.ts';

async function run(...args: string[]) {
  const said = { out: '', error: '' };
  const code = await runSimulator(args, {
    out: text => (said.out += text),
    error: text => (said.error += text),
  });
  return { ...said, code };
}

test('each part and each command answers --help, -h and --version, and refuses what it does not know with its options', async () => {
  for (const { name, summary, options } of [...parts, ...commands]) {
    const [help, short, version, wrong] = [
      await run(name, '--help'),
      await run(name, '-h'),
      await run(name, '--version'),
      await run(name, '--nonsense'),
    ];
    assert.equal([help.code, short, version.code, wrong.code], [0, help, 0, 2], name);
    assert.ok(help.out.startsWith(`${name}: ${summary}`), help.out);
    for (const [option, { help: about }] of Object.entries(options))
      assert.ok(help.out.includes(`--${option}`) && help.out.includes(about), `${name} --${option}`);
    assert.match(version.out, /^madoguchi \d/);
    assert.is(wrong.out, '');
    assert.ok(wrong.error.startsWith("Unknown option '--nonsense'") && wrong.error.endsWith(help.out));
  }
});

test('the whole is explained, and what is not there is refused with the explanation', async () => {
  const help = await run('--help');
  assert.equal([help.code, await run('-h')], [0, help]);
  for (const { name } of [...parts, ...commands]) assert.match(help.out, new RegExp(`^  ${name} `, 'm'));
  assert.match((await run('--version')).out, /^madoguchi \d/);
  assert.equal(await run(), { code: 2, out: '', error: help.out });
  assert.equal(await run('till'), {
    ...{ code: 2, out: '' },
    error: `There is no part or command till.\n\n${help.out}`,
  });
});

test.run();
