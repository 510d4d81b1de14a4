// docs/contract/documents.md has every rule of the profile, in the words of the code.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pdfRules } from '../../../../agent/gate/pdf/rules.ts';

test('every rule is in the page, and the page has no other', () => {
  const page = readFileSync(new URL('../../../../docs/contract/documents.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, rule, what]) => [rule, what]);
  assert.equal(rows, Object.entries(pdfRules));
});

test.run();
