// How often one log line is repeated.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type LogLine, RepeatedLines } from '../../../drivers/base/repeated-lines.ts';

const minute = 60_000;
const offline: LogLine = { level: 'warn', event: 'link not opened', fields: { error: 'ECONNREFUSED' } };

test('a failure that repeats for a day is written at most 11 times in ten minutes, and every repeat is counted', () => {
  let now = 0;
  const repeated = new RepeatedLines(() => now);
  const written: LogLine[] = [];
  const all = 24 * 60 * 60;
  for (let n = 0; n < all; n++, now += 1000) written.push(...repeated.pass(offline));
  assert.ok(written.length <= (24 * 60 * 11) / 10, `${written.length} lines`);
  now += 10 * minute;
  written.push(...repeated.pass({ level: 'info', event: 'other', fields: {} }));
  const left = written.reduce((sum, { fields }) => sum + Number(fields.repeated ?? 0), 0);
  const whole = written.filter(({ event, fields }) => event === offline.event && !('repeated' in fields));
  assert.is(whole.length + left, all);
});

test('lines that differ in a field are different lines', () => {
  const repeated = new RepeatedLines(() => 0);
  for (let n = 0; n < 1000; n++)
    assert.is(repeated.pass({ level: 'info', event: 'step', fields: { n } }).length, 1);
});

test('lines of a visit without trouble are repeated by each visit', () => {
  const repeated = new RepeatedLines(() => 0);
  const line: LogLine = { level: 'info', event: 'counter shows', fields: { prompt: 'insertCard' } };
  for (let n = 0; n < 60; n++) assert.equal(repeated.pass(line), [line]);
});

test('memory is bounded, and what is forgotten is reported before', () => {
  const repeated = new RepeatedLines(() => 0);
  for (let n = 0; n < 15; n++) repeated.pass(offline);
  const written: LogLine[] = [];
  for (let n = 0; n < 300; n++)
    written.push(...repeated.pass({ level: 'info', event: 'step', fields: { n } }));
  assert.is(written.length, 301);
  assert.equal(
    written.find(({ event }) => event === offline.event),
    { ...offline, fields: { ...offline.fields, repeated: 5 } },
  );
});

test.run();
