// Decisions from the printer's reports: outcome of a job, readiness, error codes. Tables.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { jobOutcome, pagePrinterStatus } from '../../../drivers/contract/page.ts';
import { refusal } from '../../../drivers/page/ipp-refusal.ts';
import type { IppGroup, IppValue } from '../../../drivers/page/ipp-response.ts';
import { hasEnded, judge, reportOf, unreported } from '../../../drivers/page/job-outcome.ts';
import { pageCodes } from '../../../drivers/page/page-error.ts';
import { statusOf } from '../../../drivers/page/printer-status.ts';

const groupWith = (attributes: Record<string, IppValue[]>): IppGroup => ({
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
    const report = reportOf(
      groupWith({
        'job-state': [state],
        'job-state-reasons': reasons,
        ...(impressions === undefined ? {} : { 'job-impressions-completed': [impressions] }),
      }),
    );
    assert.is(judge(report!, 2).result, result);
  });
}

test('a job without a report, or a lost job, is unknown', () => {
  assert.is(judge(unreported, 1).result, 'unknown');
  assert.is(judge({ ...unreported, jobState: 'lost', impressions: 0 }, 1).result, 'unknown');
});

test('impressions outside of the possible range count as not reported', () => {
  for (const said of [-2, -(2 ** 31), 10_000, 2 ** 31 - 1]) {
    const report = reportOf(groupWith({ 'job-state': [9], 'job-impressions-completed': [said] }))!;
    assert.is(report.impressions, -1);
    assert.ok(v.is(jobOutcome, judge(report, 2)));
  }
  const counted = (said: number) =>
    reportOf(groupWith({ 'job-state': [9], 'job-impressions-completed': [said] }))?.impressions;
  assert.equal([counted(0), counted(9999)], [0, 9999]);
});

/** More reasons than the contract allows, each longer than a keyword may be. */
const flood = Array.from({ length: 100 }, (_, i) => `vendor-${i}-${'x'.repeat(300)}`);

test('too many reasons are limited to what the contract allows, and the deciding ones are kept', () => {
  const report = (...last: string[]) =>
    reportOf(
      groupWith({
        'job-state': [9],
        'job-state-reasons': [...flood, ...last],
        'job-impressions-completed': [2],
      }),
    )!;
  const moving = judge(report(well, 'processing-to-stop-point'), 2);
  assert.is(moving.result, 'unknown');
  assert.not(hasEnded(moving), 'the outcome shows it too');
  const done = judge(report(well), 2);
  assert.is(done.result, 'printed');
  for (const outcome of [moving, done]) assert.ok(v.is(jobOutcome, outcome));
  const status = printer(5, true, ...flood, 'media-jam-error');
  assert.ok(v.is(pagePrinterStatus, status));
  assert.ok(status.reasons.includes('media-jam'));
  assert.not(status.ready);
});

test('a message of max. length, with characters of two code units, fits the contract', () => {
  const message = words({ 'printer-state-message': ['𠮷'.repeat(200)] })!;
  assert.is([...message].length, 120);
  assert.ok(v.is(pagePrinterStatus, { ...printer(5, true), message }));
});

test('an unknown job-state is page/protocol', () => {
  for (const state of [10, 'completed'])
    assert.throws(() => reportOf(groupWith({ 'job-state': [state] })), /no known job-state/);
});

const printer = (state: number, accepting: boolean, ...reasons: string[]) =>
  statusOf(
    groupWith({
      'printer-state': [state],
      'printer-is-accepting-jobs': [accepting],
      'printer-state-reasons': reasons,
    }),
  );

test('an idle, accepting printer without reasons is ready', () => {
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
  test(`${reason} makes it not ready with any suffix`, () => {
    for (const suffix of ['', '-error', '-warning', '-report']) {
      const status = printer(3, true, reason + suffix);
      assert.equal(status.reasons, [reason]);
      assert.not(status.ready);
    }
  });
}

test('stopped, processing, not accepting, a missing state and a vendor’s error are not ready', () => {
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
  statusOf(groupWith({ ...jammed, ...attributes })).message;

test('the status has the printer’s message; it has none if the printer sends none or is ready', () => {
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

test('the message includes the printer’s critical alerts, each once', () => {
  const alerts = ['code=jam;severity=critical;location=3', 'code=tonerLow;severity=warning'].map(text =>
    Buffer.from(text),
  );
  const descriptions = ['Jam in tray 2', 'Toner is low'];
  assert.is(words({ 'printer-alert': alerts, 'printer-alert-description': descriptions }), 'Jam in tray 2');
  assert.is(words({ 'printer-alert-description': descriptions }), 'Jam in tray 2 / Toner is low');
  const all = { 'printer-state-message': ['Jam in tray 2'], 'printer-alert-description': ['Jam in tray 2'] };
  assert.is(words(all), 'Jam in tray 2');
});

test('a printer’s message is always one short line without control characters', () => {
  assert.is(words({ 'printer-state-message': ['\x1b[2J Jam\r\n\u202eat\u2028B\0'] }), '[2J Jam at B');
  const long = words({ 'printer-state-message': ['用紙🖨'.repeat(200)] })!;
  assert.is([...long].length, 120);
  assert.match(long, /…$/);
  assert.ok(long.isWellFormed());
});

test('an idle printer with a queued job is not ready for the next', () => {
  const idle = {
    'printer-state': [3],
    'printer-is-accepting-jobs': [true],
    'printer-state-reasons': ['none'],
  };
  assert.ok(statusOf(groupWith({ ...idle, 'queued-job-count': [0] })).ready);
  assert.not(statusOf(groupWith({ ...idle, 'queued-job-count': [1] })).ready);
});

test('each IPP error status has its code', () => {
  const code = (status: number) => refusal('Create-Job', { status, groups: [] }).code;
  assert.is(code(0x0507), 'page/busy');
  assert.is(code(0x0506), 'page/notAccepting');
  assert.is(code(0x0502), 'page/notAccepting');
  assert.is(code(0x040b), 'page/refused');
  assert.is(code(0x0500), 'page/refused');
});

test('every code of the page printer has a message and a hint', () => {
  for (const [code, [message, hint]] of Object.entries(pageCodes)) {
    assert.match(code, /^page\/[a-zA-Z]+$/);
    assert.ok(message.length > 10 && hint.length > 10, code);
  }
});

test.run();
