import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { help, readOptions } from '../../../simulator/demo/options.ts';

test('options that cannot be read are named', () => {
  for (const [args, words] of [
    [['--count', '0'], '--count takes a whole number from 1 to 1000'],
    [['--kind', 'x'], '--kind takes one of'],
    [['--city', '1'], '--city takes one of'],
    [['--pin', '12'], '--pin takes 4 digits'],
    [['--pin', 'abcd'], '--pin takes 4 digits'],
    [['--nonsense'], '--nonsense'],
    [['--seed', '-1'], '--seed'],
    [['--fault', 'x'], 'there is no fault x'],
    [['--fault', 'page.busy,x'], 'there is no fault x'],
    [['page'], 'what does page mean?'],
    [['--fault', 'list', 'page', 'jam'], 'what does jam mean?'],
  ] as const)
    assert.throws(
      () => readOptions([...args]),
      (error: Error) => error.name === 'OptionError' && error.message.includes(words),
      args.join(' '),
    );
});

test('--help goes before everything, and names every option', () => {
  assert.is(readOptions(['--fault', 'list', '--help']), 'help');
  for (const option of [
    ...['--count', '--kind', '--city', '--pin', '--seed', '--out', '--keep', '--verbose', '--json'],
    ...['--fault NAME', '--fault list [WORD]', '--help', 'index.html'],
  ])
    assert.ok(help.includes(option), option);
});

test('--fault list may take a word', () => {
  assert.equal(readOptions(['--fault', 'list']), { listed: '' });
  assert.equal(readOptions(['--fault', 'list', 'page']), { listed: 'page' });
});

test('one visit is a 住民票 in Mitaka, several are whatever comes', () => {
  const one = readOptions([]);
  const several = readOptions(['--count', '3']);
  assert.ok(typeof one === 'object' && 'kind' in one && typeof several === 'object' && 'kind' in several);
  assert.equal([one.kind, one.city, one.verbose, one.json], ['juminhyo', '132047', false, false]);
  assert.equal([several.kind, several.city], [undefined, undefined]);
});

test.run();
