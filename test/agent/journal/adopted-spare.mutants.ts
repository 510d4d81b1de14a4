// Flushes of the folder taken away: what they keep is lost on a disk that drops names.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Change, mutated } from '../../mutate.ts';
import { codeOf, refusedWith } from '../../refusal.ts';
import { adoptedThenCut } from './adopted-spare.ts';

const code = new URL('../../../agent/journal/open-journal.ts', import.meta.url);
type Code = typeof import('../../../agent/journal/open-journal.ts');

const withoutFlush = (file: string): Change => ({
  file: `agent/journal/${file}.ts`,
  find: 'await storage.flushFolder(folder);',
  replace: '',
});

// either of the two is enough: none of them alone is a mistake
test('a folder that is flushed neither before recovery nor behind it: an adopted spare is journal/reordered', async () => {
  const { openJournal } = await mutated<Code>(code, withoutFlush('open-journal'), withoutFlush('renewal'));
  await refusedWith('journal/reordered', () => adoptedThenCut(openJournal));
});

test('a folder that is not flushed when a segment begins: what was acknowledged in it is gone', async () => {
  const { openJournal } = await mutated<Code>(code, withoutFlush('segment'));
  assert.is(await codeOf(() => adoptedThenCut(openJournal)), 'ERR_ASSERTION');
});

test.run();
