// How figures are summarised, and which are no figures.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { flaws } from './flaws.ts';
import { msCovered } from './others.ts';
import { summarise } from './summary.ts';
import { asTable } from './table.ts';

test('a line is summarised as medians, quartiles and their ratio', () => {
  const line = { what: 'x', unit: 'ms', us: [4, 1, 3, 2, 100], alternative: [2, 1] } as const;
  const summary = summarise({ ...line, us: [...line.us], alternative: [...line.alternative] });
  assert.equal(summary.us, { median: 3, lower: 2, upper: 4 });
  assert.equal(summary.alternative, { median: 1.5, lower: 1.25, upper: 1.75 });
  assert.equal([summary.ratio, summary.rounds], [2, 5]);
});

test('a part that has no alternative is summarised without a ratio', () => {
  const summary = summarise({ what: 'part', unit: 'ms', us: [12.345], alternative: [] });
  assert.is(summary.ratio, undefined);
  assert.match(asTable([summary]), /^part +12\.3 \(12\.3 to 12\.3\) ms +- +- +1$/m);
});

test('what others do at the same time, or outside, counts once or not at all', () => {
  const whole = { from: 10, to: 20 };
  assert.is(msCovered([], whole), 0);
  assert.is(
    msCovered(
      [
        { from: 12, to: 14 },
        { from: 0, to: 11 },
        { from: 13, to: 15 },
        { from: 18, to: 30 },
      ],
      whole,
    ),
    6,
  );
  assert.is(msCovered([{ from: 0, to: 99 }], whole), 10);
});

test('a missing or impossible figure is noticed', () => {
  const line = { what: 'planted', unit: 'ms', us: [1], alternative: [2] } as const;
  const found = (change: { us?: number[]; alternative?: number[] }) =>
    flaws([{ ...line, us: [1], alternative: [2], ...change }]);
  assert.equal(found({}), []);
  for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.equal(found({ us: [wrong] }), [`planted is ${wrong}`]);
    assert.equal(found({ alternative: [wrong] }), [`planted is ${wrong}`]);
  }
  assert.equal(found({ us: [] }), ['planted has no figure']);
  assert.equal(found({ alternative: [] }), ['the first line compares nothing']);
  assert.equal(flaws([]), ['the first line compares nothing']);
});

test.run();
