// What a person, a developer and a program get to see of the same steps.
import { PassThrough } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { jsonOutput, type Output, type Result, verboseOutput } from '../../../simulator/demo/output.ts';
import { PlainOutput } from '../../../simulator/demo/plain-output.ts';
import type { TimelineEntry } from '../../../simulator/demo/stopwatch.ts';

const closedText = 'ただいま証明書の交付はご利用いただけません。';

/** A start, and the first steps of a visit. */
const entries: readonly TimelineEntry[] = [
  { ms: 10, who: 'start', what: 'hub' },
  { ms: 1010, who: 'start', what: 'service' },
  { ms: 1200, who: 'hub', what: 'ledger: demo-1 up to 1' },
  { ms: 1300, who: 'screen', what: closedText, prompt: 'outOfService', missing: ['hub/offline'] },
  { ms: 1400, who: 'screen', what: closedText, prompt: 'outOfService', missing: ['page/offline'] },
  { ms: 1500, who: 'screen', what: 'マイナンバーカードを置いてください。', prompt: 'insertCard' },
  { ms: 1510, who: 'open', what: 'the terminal is in service' },
  { ms: 2000, who: 'customer', what: '1. 髙橋 健一 of Mitaka (made up) wants a certificate of residence' },
  { ms: 2030, who: 'card', what: 'card in: JPKIAPICCTOKEN2' },
  {
    ms: 2040,
    who: 'screen',
    what: 'カードを読み取っています。そのままお待ちください。',
    prompt: 'readingCard',
  },
  {
    ms: 2050,
    who: 'screen',
    what: 'カードを読み取っています。そのままお待ちください。',
    prompt: 'readingCard',
  },
  { ms: 2090, who: 'screen', what: '暗証番号4桁を入力し、確定を押してください。', prompt: 'enterPin' },
  { ms: 2100, who: 'screen', what: closedText, prompt: 'outOfService', missing: ['page/jam'] },
];
const result: Result = {
  ...{ ms: 3000, who: 'demo', what: 'issued 1 of 1', right: 1, of: 1, index: 'out/index.html' },
  ...{ books: [], visits: [] },
};

function play(output: Output): void {
  for (const entry of entries) output.entry(entry);
  output.line('papers');
  output.result(result);
  output.close();
  output.close();
}

/** What `output` writes to each of its streams. */
function written(make: (to: PassThrough, aside: PassThrough) => Output): [string, string] {
  const [to, aside] = [new PassThrough(), new PassThrough()];
  play(make(to, aside));
  return [String(to.read() ?? ''), String(aside.read() ?? '')];
}

const plain = (isTTY: boolean, env: NodeJS.ProcessEnv): string => {
  let text = '';
  play(new PlainOutput({ isTTY, write: more => (text += more) }, env));
  return text;
};

test('in a pipe: how long each part took to start, a line a step with its English, and no chatter', () => {
  assert.equal(plain(false, {}).split('\n'), [
    '  hub and broker            1.0 s  a municipal hub; Mosquitto, TLS 1.3',
    '  in service                0.5 s  hub reached, every device asked',
    '',
    '1. 髙橋 健一 of Mitaka (made up) wants a certificate of residence',
    '  0.04 s  reading the card          カードを読み取っています。',
    '  0.09 s  type the PIN on the pad   暗証番号4桁を入力し、確定を押してください。',
    '  0.10 s  out of service            page/jam ただいま証明書の交付はご利用いた…',
    'papers',
    'issued 1 of 1',
    '',
  ]);
});

test('a start that breaks off ends its line', () => {
  let text = '';
  const output = new PlainOutput({ write: more => (text += more) }, {});
  output.entry(entries[0]!);
  output.line('FAILED');
  output.close();
  assert.is(text, '  hub and broker          \nFAILED\n');
});

test('a terminal gets colour and a line that moves; NO_COLOR and a dumb one are respected', () => {
  const [moves, colour] = ['\u001b[K', '\u001b[1m'];
  const live = plain(true, { TERM: 'xterm' });
  assert.ok(live.includes(moves) && live.includes(colour));
  const colourless = plain(true, { TERM: 'xterm', NO_COLOR: '1' });
  assert.ok(colourless.includes(moves) && !colourless.includes(colour));
  assert.not.match(plain(true, { TERM: 'dumb' }), '\u001b');
});

test('--verbose: everything, also of the start', () => {
  const [text] = written(verboseOutput);
  const lines = text.trim().split('\n');
  assert.is(lines.length, entries.length + 2);
  assert.is(lines[2], '   1.200 s  hub             ledger: demo-1 up to 1');
  assert.is(lines.at(-1), 'issued 1 of 1');
});

test('--json: one array, an entry a line, the result last, and nothing else', () => {
  const [text, aside] = written(jsonOutput);
  const all = JSON.parse(text) as TimelineEntry[];
  assert.equal(all.slice(0, -1), entries);
  assert.equal(all.at(-1) as unknown, result);
  const lines = text.split('\n').filter(line => line.startsWith('{'));
  assert.is(lines.length, all.length);
  for (const line of lines) JSON.parse(line);
  assert.is(aside, 'papers\n');
});

test('--json of a demo in which nothing happened is still JSON', () => {
  const to = new PassThrough();
  jsonOutput(to, to).close();
  assert.equal(JSON.parse(String(to.read())), []);
});

test.run();
