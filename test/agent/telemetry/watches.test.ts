// From what the agent sees to telemetry: each change once, and nothing that could identify a person.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeTelemetry, readTelemetry, type TelemetryRecord } from '../../../agent/protocol/telemetry.ts';
import { LookWatch, type Seen } from '../../../agent/telemetry/look-watch.ts';
import { TransactionWatch } from '../../../agent/telemetry/transaction-watch.ts';
import type { State } from '../../../agent/transaction/state.ts';
import { telemetry } from '../../interop/sample-bodies.ts';
import { refuses } from '../../refusal.ts';

const seen = (conditions: string[], paper: string, reasons: string[], warnings: string[] = []): Seen => ({
  conditions: conditions.map(code => ({ code })),
  warnings: warnings.map(code => ({ code })),
  devices: { receipt: { paper }, page: { reasons } } as Seen['devices'] & object,
});

test('a condition is recorded when it goes missing and when it comes back', () => {
  const watch = new LookWatch();
  assert.equal(watch.take(seen([], 'full', [])), []);
  assert.equal(watch.take(seen(['receipt/paper', 'hub/offline'], 'full', [])), [
    { type: 'condition', code: 'receipt/paper', is: 'lost' },
    { type: 'condition', code: 'hub/offline', is: 'lost' },
  ]);
  assert.equal(watch.take(seen(['hub/offline'], 'full', [])), [
    { type: 'condition', code: 'receipt/paper', is: 'back' },
  ]);
  assert.equal(watch.take(seen(['hub/offline'], 'full', [], ['clock/wrong'])), [
    { type: 'condition', code: 'clock/wrong', is: 'lost' },
  ]);
});

test('the warning of a printer is recorded as it begins and as it ends; its own words and its errors are not recorded', () => {
  const watch = new LookWatch();
  assert.equal(watch.take(seen([], 'low', ['toner-low', 'media-jam', 'Yoshida-low', '吉田-low'])), [
    { type: 'paper', printer: 'receipt', warning: 'paper-low', is: 'on' },
    { type: 'paper', printer: 'page', warning: 'toner-low', is: 'on' },
  ]);
  assert.equal(watch.take({ conditions: [], warnings: [], devices: undefined }), []);
  assert.equal(watch.take(seen([], 'low', [])), [
    { type: 'paper', printer: 'page', warning: 'toner-low', is: 'over' },
  ]);
});

test('a transaction is recorded at its end, without its id, with the time in each state', () => {
  const watch = new TransactionWatch();
  const state = (at: string, more = {}) => ({ at, ...more }) as State;
  const steps: [State, number][] = [
    [state('card'), 0],
    [state('pin'), 1000.4],
    [state('pin'), 3000],
    [state('card'), 3500],
  ];
  for (const [step, now] of steps) assert.is(watch.take('a', step, now), undefined);
  const ended = state('refused', {
    ending: { outcome: 'refused', code: 'issuing/moved', keptYen: 0, owedYen: 0 },
  });
  assert.equal(watch.take('a', ended, 4000), {
    type: 'transaction',
    outcome: 'refused',
    code: 'issuing/moved',
    spentMs: { card: 1500, pin: 2500 },
  });
  const resumed = watch.take('b', ended, 9000);
  assert.equal(resumed?.type === 'transaction' && resumed.spentMs, {}); // what was before is not known
});

const names = ['吉田太郎', 'Yoshida Taro', 'よしだ', '〒181-8555 三鷹市', '1958-04-01', '090-1234-5678'];

/** The record, with each text in it (and each key of a table) replaced by `name`. */
function* withName(record: TelemetryRecord, name: string): Generator<unknown> {
  for (const [key, value] of Object.entries(record)) {
    if (typeof value === 'string') yield { ...record, [key]: name };
    if (typeof value === 'object') yield { ...record, [key]: { [name]: 1 } };
  }
}

test('no field takes a name, an address, a date or a number of a person, nor bytes that could hold them', () => {
  let tried = 0;
  for (const record of telemetry) {
    assert.equal(readTelemetry(encodeTelemetry(record)), record);
    for (const name of names)
      for (const changed of withName(record, name)) {
        tried++;
        assert.throws(
          () => readTelemetry(encodeTelemetry(changed as TelemetryRecord)),
          refuses('protocol/schema'),
          JSON.stringify(changed),
        );
      }
  }
  assert.ok(tried > 100, `${tried} tried`);
});

test.run();
