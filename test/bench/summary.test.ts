// How figures are summarised.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
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

test.run();
