// What the printer's words mean: outcome of a job, readiness, coded refusals. Tables.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { jobOutcome, pagePrinterStatus } from '../../../drivers/contract/page.ts';
import { refusal } from '../../../drivers/page/ipp-refusal.ts';
import type { IppGroup, IppValue } from '../../../drivers/page/ipp-response.ts';
import { hasEnded, judge, sightOf, unseen } from '../../../drivers/page/job-outcome.ts';
import { pageCodes } from '../../../drivers/page/page-error.ts';
import { statusOf } from '../../../drivers/page/printer-status.ts';

const told = (attributes: Record<string, IppValue[]>): IppGroup => ({
  tag: 2,
  attributes: new Map(Object.entries(attributes)),
});

const well = 'job-completed-successfully';
const cases: [jobState: number, reasons: string[], impressions: number | undefined, result: string][] = [
  [9, [well], 2, 'printed'],
  [9, [well], 1, 'unknown'],
  [9, [well], 3, 'unknown'],
  [9, [well], undefined, 'unknown'],
  [9, ['job-completed-with-warnings'], 2, 'unknown'],
  [9, [well, 'processing-to-stop-point'], 2, 'unknown'],
  [7, ['job-canceled-by-user'], 0, 'notPrinted'],
  [7, ['job-canceled-by-user'], 1, 'unknown'],
  [7, ['job-canceled-by-user'], 2, 'unknown'],
  [7, ['job-canceled-by-user'], undefined, 'unknown'],
  [7, ['processing-to-stop-point'], 0, 'unknown'],
  [8, ['aborted-by-system'], 0, 'notPrinted'],
  [8, ['aborted-by-system'], 1, 'unknown'],
  [5, ['job-printing'], 2, 'unknown'],
  [6, ['printer-stopped'], 0, 'unknown'],
  [3, ['none'], 0, 'unknown'],
];

for (const [state, reasons, impressions, result] of cases) {
  test(`job-state ${state}, ${reasons.join(' and ')}, ${impressions ?? 'no'} impressions of 2: ${result}`, () => {
    const sight = sightOf(
      told({
        'job-state': [state],
        'job-state-reasons': reasons,
        ...(impressions === undefined ? {} : { 'job-impressions-completed': [impressions] }),
      }),
    );
    assert.is(judge(sight!, 2).result, result);
  });
}

test('a job that was never seen, or is lost, is unknown', () => {
  assert.is(judge(unseen, 1).result, 'unknown');
  assert.is(judge({ ...unseen, jobState: 'lost', impressions: 0 }, 1).result, 'unknown');
});

test('impressions that no job here can reach count as not told', () => {
  for (const said of [-2, -(2 ** 31), 10_000, 2 ** 31 - 1]) {
    const sight = sightOf(told({ 'job-state': [9], 'job-impressions-completed': [said] }))!;
    assert.is(sight.impressions, -1);
    assert.ok(v.is(jobOutcome, judge(sight, 2)));
  }
  const counted = (said: number) =>
    sightOf(told({ 'job-state': [9], 'job-impressions-completed': [said] }))?.impressions;
  assert.equal([counted(0), counted(9999)], [0, 9999]);
});

/** More than a printer may state, each longer than a keyword can be. */
const flood = Array.from({ length: 100 }, (_, i) => `vendor-${i}-${'x'.repeat(300)}`);

test('of a flood of reasons so many are kept as the contract allows, and those that decide among them', () => {
  const sight = (...last: string[]) =>
    sightOf(
      told({
        'job-state': [9],
        'job-state-reasons': [...flood, ...last],
        'job-impressions-completed': [2],
      }),
    )!;
  const moving = judge(sight(well, 'processing-to-stop-point'), 2);
  assert.is(moving.result, 'unknown');
  assert.not(hasEnded(moving), 'also to whoever looks at the outcome');
  const done = judge(sight(well), 2);
  assert.is(done.result, 'printed');
  for (const outcome of [moving, done]) assert.ok(v.is(jobOutcome, outcome));
  const status = printer(5, true, ...flood, 'media-jam-error');
  assert.ok(v.is(pagePrinterStatus, status));
  assert.ok(status.reasons.includes('media-jam'));
  assert.not(status.ready);
});

test('words of the longest length, each a character of two code units, fit the contract', () => {
  const message = words({ 'printer-state-message': ['𠮷'.repeat(200)] })!;
  assert.is([...message].length, 120);
  assert.ok(v.is(pagePrinterStatus, { ...printer(5, true), message }));
});

test('a job-state of no known meaning is no sight', () => {
  assert.is(sightOf(told({ 'job-state': [10] })), undefined);
  assert.is(sightOf(told({ 'job-state': ['completed'] })), undefined);
});

const printer = (state: number, accepting: boolean, ...reasons: string[]) =>
  statusOf(
    told({
      'printer-state': [state],
      'printer-is-accepting-jobs': [accepting],
      'printer-state-reasons': reasons,
    }),
  );

test('an idle, accepting printer without complaint is ready', () => {
  assert.equal(printer(3, true, 'none'), {
    online: true,
    state: 'idle',
    reasons: [],
    accepting: true,
    ready: true,
  });
  assert.ok(printer(3, true, 'toner-low-warning', 'media-low-report').ready);
});

for (const reason of [
  'media-empty',
  'media-needed',
  'media-jam',
  'door-open',
  'cover-open',
  'toner-empty',
  'marker-supply-empty',
  'paused',
  'shutdown',
]) {
  test(`${reason} makes it not ready, whatever its suffix`, () => {
    for (const suffix of ['', '-error', '-warning', '-report']) {
      const status = printer(3, true, reason + suffix);
      assert.equal(status.reasons, [reason]);
      assert.not(status.ready);
    }
  });
}

test('stopped, processing, not accepting, a silent state and a foreign error are not ready', () => {
  assert.not(printer(5, true, 'none').ready);
  assert.not(printer(4, true, 'none').ready);
  assert.not(printer(3, false, 'none').ready);
  assert.not(statusOf(undefined).ready);
  assert.not(printer(3, true, 'vendor-x-lamp-error').ready);
});

const jammed = {
  'printer-state': [5],
  'printer-is-accepting-jobs': [true],
  'printer-state-reasons': ['media-jam-error'],
};
const words = (attributes: Record<string, IppValue[]>) =>
  statusOf(told({ ...jammed, ...attributes })).message;

test('what a printer says of its trouble is told along; nothing where it says nothing, or is ready', () => {
  assert.is(words({ 'printer-state-message': ['Jam behind door B'] }), 'Jam behind door B');
  assert.is(words({}), undefined);
  assert.is(words({ 'printer-state-message': [''] }), undefined);
  const idle = {
    'printer-state': [3],
    'printer-state-reasons': ['none'],
    'printer-state-message': ['Ready'],
  };
  assert.is(words(idle), undefined);
});

test('of a printer’s alerts the critical ones are told, once each, beside its message', () => {
  const alerts = ['code=jam;severity=critical;location=3', 'code=tonerLow;severity=warning'].map(text =>
    Buffer.from(text),
  );
  const descriptions = ['Jam in tray 2', 'Toner is low'];
  assert.is(words({ 'printer-alert': alerts, 'printer-alert-description': descriptions }), 'Jam in tray 2');
  assert.is(words({ 'printer-alert-description': descriptions }), 'Jam in tray 2 / Toner is low');
  const all = { 'printer-state-message': ['Jam in tray 2'], 'printer-alert-description': ['Jam in tray 2'] };
  assert.is(words(all), 'Jam in tray 2');
});

test('a printer’s words are one short line without control characters, whatever it sends', () => {
  assert.is(words({ 'printer-state-message': ['\x1b[2J Jam\r\n\u202eat\u2028B\0'] }), '[2J Jam at B');
  const long = words({ 'printer-state-message': ['用紙🖨'.repeat(200)] })!;
  assert.is([...long].length, 120);
  assert.match(long, /…$/);
  assert.ok(long.isWellFormed());
});

test('a printer that says idle and still has a job is not ready for the next', () => {
  const idle = {
    'printer-state': [3],
    'printer-is-accepting-jobs': [true],
    'printer-state-reasons': ['none'],
  };
  assert.ok(statusOf(told({ ...idle, 'queued-job-count': [0] })).ready);
  assert.not(statusOf(told({ ...idle, 'queued-job-count': [1] })).ready);
});

test('each refusal of IPP has its code', () => {
  const code = (status: number) => refusal('Create-Job', { status, groups: [] }).code;
  assert.is(code(0x0507), 'page/busy');
  assert.is(code(0x0506), 'page/notAccepting');
  assert.is(code(0x0502), 'page/notAccepting');
  assert.is(code(0x040b), 'page/refused');
  assert.is(code(0x0500), 'page/refused');
});

test('every code of the room tells a person what happened and what to do', () => {
  for (const [code, [message, hint]] of Object.entries(pageCodes)) {
    assert.match(code, /^page\/[a-zA-Z]+$/);
    assert.ok(message.length > 10 && hint.length > 10, code);
  }
});

test.run();
