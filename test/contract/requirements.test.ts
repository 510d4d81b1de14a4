// docs/contract/requirements.md: every number once, in order, with a test that there is.
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readRequirements } from '../../conformance/requirements.ts';

const contract = new URL('../../docs/contract/', import.meta.url);

/** Never rises: a requirement comes with its test. */
const notShownYet = 0;

const requirements = readRequirements();

const sources = new Map<string, string>();
function sourceOf(file: string): string {
  const at = new URL(`../${file}.test.ts`, import.meta.url);
  if (!sources.has(file)) sources.set(file, existsSync(at) ? readFileSync(at, 'utf8') : '');
  return sources.get(file)!;
}

/** Why the cell names no test. Undefined where it does. */
function wrongTest(shownBy: string): string | undefined {
  const [, file, name] = /^`([\w/-]+)`: (.+)$/.exec(shownBy) ?? [];
  if (!file || !name) return 'names no test';
  const source = sourceOf(file);
  if (!source) return `no test/${file}.test.ts`;
  const quoted = [name, name.replaceAll("'", "\\'")];
  const isThere = quoted.some(one => ["'", '"', '`'].some(quote => source.includes(`${quote}${one}`)));
  return isThere ? undefined : `no test "${name}" in test/${file}.test.ts`;
}

test(`${requirements.length} requirements: each number once, in order`, () => {
  const numbers = requirements.map(({ number }) => number);
  assert.ok(numbers.length > 80);
  for (const number of numbers) assert.match(number, /^MDG-[HT]-\d{3}$/);
  assert.equal(numbers, [...new Set(numbers)].sort());
});

test('each is one sentence with one MUST or SHOULD, from a page that there is', () => {
  for (const { number, text: sentence, from } of requirements) {
    assert.is((sentence.match(/\b(MUST|SHOULD)\b/g) ?? []).length, 1, number);
    assert.ok(/^[A-Z].*\.$/.test(sentence) && !/\. [A-Z]/.test(sentence), number);
    const [file, section] = from.split(', ');
    if (file === 'documents.md' && !existsSync(new URL(file, contract))) continue;
    const source = readFileSync(new URL(file!, contract), 'utf8');
    assert.ok(section === undefined || source.includes(section), `${number}: ${from}`);
  }
});

test('each names a test that there is, but for those that say that they are not shown yet', () => {
  const open = requirements.filter(({ shownBy }) => shownBy === 'not shown yet');
  const wrong = requirements
    .filter(one => !open.includes(one))
    .flatMap(({ number, shownBy }) => wrongTest(shownBy)?.replace(/^/, `${number}: `) ?? []);
  assert.equal(wrong, []);
  assert.ok(open.length <= notShownYet, `${open.map(({ number }) => number)}`);
});

test('a test that is not there is found', () => {
  assert.match(wrongTest('`contract/requirements`: a name of no test') ?? '', 'no test');
  assert.match(wrongTest('`contract/nowhere`: a test') ?? '', 'no test/contract/nowhere');
  assert.is(wrongTest('`contract/requirements`: a test that is not there is found'), undefined);
});

test.run();
