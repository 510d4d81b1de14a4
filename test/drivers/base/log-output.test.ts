// The queue of the log: order, bound, count of what was dropped.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LogOutput } from '../../../drivers/base/log-output.ts';

/** A descriptor that takes `room` bytes, and then none until it gets more. */
function rig() {
  const state = { room: Number.POSITIVE_INFINITY, taken: '', retries: [] as (() => void)[] };
  const output = new LogOutput(
    bytes => {
      const taken = Math.min(state.room, bytes.length);
      if (taken === 0) throw Object.assign(new Error(), { code: 'EAGAIN' });
      state.room -= taken;
      state.taken += bytes.toString('latin1', 0, taken);
      return taken;
    },
    dropped => `dropped ${dropped}\n`,
    run => state.retries.push(run),
  );
  const retry = () => {
    for (const run of state.retries.splice(0)) run();
  };
  return { state, output, retry };
}

test('what is not taken is tried again, in order, and a line taken in part is continued', () => {
  const { state, output, retry } = rig();
  state.room = 5;
  output.write('one\n');
  output.write('two\n');
  output.write('three\n');
  assert.is(state.taken, 'one\nt');
  assert.is(state.retries.length, 1, 'one retry at a time');
  retry();
  assert.is(state.retries.length, 1);
  state.room = 100;
  retry();
  assert.is(state.taken, 'one\ntwo\nthree\n');
  assert.is(state.retries.length, 0);
});

test('the queue is bounded: the oldest lines are dropped, counted, and reported once, at their place', () => {
  const { state, output, retry } = rig();
  state.room = 2;
  output.write('begun\n');
  const line = `${'x'.repeat(1023)}\n`;
  for (let n = 0; n < 1000; n++) output.write(line);
  state.room = Number.POSITIVE_INFINITY;
  retry();
  assert.is(state.taken, `begun\ndropped ${1000 - 256}\n${line.repeat(256)}`);
  output.write('after\n');
  assert.is(output.dropped, 1000 - 256, 'for the status: it stays');
  assert.ok(state.taken.endsWith(`${line}after\n`));
});

test('a report of dropped lines that is not taken counts on', () => {
  const { state, output, retry } = rig();
  state.room = 0;
  const line = `${'x'.repeat((100 << 10) - 1)}\n`;
  for (let n = 0; n < 4; n++) output.write(line);
  retry();
  output.write(line);
  state.room = Number.POSITIVE_INFINITY;
  retry();
  assert.is(state.taken, `dropped 3\n${line.repeat(2)}`);
});

test.run();
