// docs/contract/protocol.md names the fields that travel: all, and no other, of a body of every kind. That the readers take
// exactly these bodies' fields is strictness.test.ts's.
import { readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as body from '../../interop/sample-bodies.ts';
import { readers } from './readers.ts';

const page = await readFile(new URL('../../../docs/contract/protocol.md', import.meta.url), 'utf8');

const of = (kind: string): object => readers.find(reader => reader.kind === kind)!.body as object;
const answer = body.answers.find(({ answer }) => answer === 'authenticate')!;
const { waits, municipalities } = body.configuration;

/** Where the page has a thing's fields, in the braces that begin there; and one such thing. */
const places: readonly [place: string, thing: object][] = [
  ['**Question** {', of('question challenge')],
  ...body.questions.map((one): [string, object] => [`{ask \`${one.ask}\``, one]),
  ['**Answer** {', of('answer challenge')],
  ...body.answers.map((one): [string, object] => [`{answer \`${one.answer}\``, one]),
  ['*offer* is {', 'offer' in answer ? answer.offer : {}],
  ['| *order* | {', body.manifest.order],
  ['**Authentication** {', of('authentication')],
  ['{context `madoguchi/1 authentication`', of('authentication statement')],
  ['**Order** {', of('order')],
  ['{context `madoguchi/1 order`', of('order statement')],
  ['**Subject token** {', of('subject')],
  ['**Document** {', of('document')],
  ['**manifest** {', of('manifest')],
  ['{transaction, subject, page', of('page stamp')],
  ['**Evidence** {', of('evidence')],
  ['**Batch** {', of('batch')],
  ['{type `start`', of('ledger record 0')],
  ['{type `step`', of('ledger record 1')],
  ['{type `end`', of('ledger record 2')],
  ['**Telemetry batch** {', of('telemetry batch')],
  ...body.telemetry
    .map((one): [string, object] => [`{type \`${one.type}\``, one])
    .filter(([place]) => place !== '{type `start`'),
  ['{type `start`, software, ms', body.telemetry[0]!],
  ['**Acknowledgement** {', of('acknowledgement')],
  ['**Presence** {', body.stopped],
  ['**Version refusal** {', body.versionRefusal],
  ['**Release** {', body.released],
  ['**Root document** {', of('root')],
  ['**Key set** {', of('key set')],
  ['**Configuration** {', of('configuration')],
  ['*kind*: {', Object.values(municipalities['132047']!.kinds)[0]!],
  ['**claims** {', of('claim')],
  ['Answer {terminal', of('grant')],
  ['or {refused', of('enrolment refusal')],
];

/** What has a place of its own, or words of a catalogue as its keys. */
const elsewhere = ['question', 'answer', 'offer', 'order', 'waits', 'kinds'];

function fieldsOf(thing: unknown): string[] {
  if (Array.isArray(thing)) return fieldsOf(thing[0]);
  if (Object.getPrototypeOf(thing ?? '') !== Object.prototype) return [];
  return Object.entries(thing as object).flatMap(([name, inner]) => {
    if (name === 'municipalities') return [name, ...fieldsOf(Object.values(inner)[0])];
    if (['spentMs', 'issuing', 'issuingSeal'].includes(name)) return [name];
    if (name === 'options' && !Array.isArray(inner)) return [name];
    return [name, ...(elsewhere.includes(name) ? [] : fieldsOf(inner))];
  });
}

/** The names in the braces that begin at `place`, with those nested in them. */
function namesAt(place: string, text: string): string[] {
  const from = text.indexOf('{', text.indexOf(place));
  let [depth, to] = [0, from];
  do depth += { '{': 1, '}': -1 }[text[to++]!] ?? 0;
  while (depth > 0 && to < text.length);
  return [...text.slice(from, to).matchAll(/[{,]\s*([a-z]\w*)/gi)].map(([, name]) => name!);
}

/** Places where the page names other fields than travel. */
const wrongIn = (text: string): string[] =>
  places
    .filter(([place, thing]) => `${namesAt(place, text).sort()}` !== `${fieldsOf(thing).sort()}`)
    .map(([place]) => place);

test('the page names the fields of every message', () => {
  for (const [place] of places) assert.ok(page.includes(place), place);
  assert.equal(wrongIn(page), []);
});

test('and of the waits', () => {
  const paragraph = page.slice(page.indexOf('*waits*, in ms'), page.indexOf('*kind*: {'));
  assert.equal((paragraph.match(/\w+Ms\b/g) ?? []).sort(), Object.keys(waits).sort());
});

test('a field that the page lost, or made up, is found', () => {
  assert.equal(wrongIn(page.replace('gateNonce, gateKeyThumbprint', 'gateNonce')), ['**manifest** {']);
  assert.equal(wrongIn(page.replace('tag b16, generation', 'tag b16, colour t40, generation')), [
    '**Acknowledgement** {',
  ]);
});

test.run();
