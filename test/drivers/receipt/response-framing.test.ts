import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type PrinterAnswer, ResponseFraming } from '../../../drivers/receipt/response-framing.ts';

const fence = Buffer.from('37223031323300', 'hex');
const automatic = Buffer.from('1400000f', 'hex');
const realtime = Buffer.from([0x12]);
const all: PrinterAnswer[] = [
  { is: 'process', id: '0123' },
  { is: 'automatic', bytes: [0x14, 0, 0, 0x0f] },
  { is: 'realtime', bits: 0x12 },
];

/** Feeds pieces with a pause of `pauses[i]` ms before piece i. */
function read(pieces: readonly Buffer[], pauses: readonly number[] = []) {
  let nowMs = 0;
  const framing = new ResponseFraming({ now: () => nowMs, pauseMs: 200 });
  const answers: PrinterAnswer[] = [];
  pieces.forEach((piece, i) => {
    nowMs += pauses[i] ?? 0;
    framing.write(piece);
  });
  for (let answer = framing.read(); answer; answer = framing.read()) answers.push(answer);
  return { answers, noise: framing.noise };
}

test('the three kinds of answers, in one chunk and byte by byte', () => {
  const bytes = Buffer.concat([fence, automatic, realtime]);
  assert.equal(read([bytes]), { answers: all, noise: 0 });
  assert.equal(read(Array.from(bytes, byte => Buffer.from([byte]))), { answers: all, noise: 0 });
});

test('noise between answers is counted and skipped', () => {
  const noise = Buffer.from('ff11130d', 'hex');
  const bytes = Buffer.concat([noise, fence, noise, automatic, noise, realtime, noise]);
  assert.equal(read([bytes]), { answers: all, noise: 16 });
});

test('an answer that is cut off is dropped, and the next one is read', () => {
  assert.equal(read([fence.subarray(0, 4), fence]), { answers: [all[0]!], noise: 4 });
  assert.equal(read([fence.subarray(0, 4), fence], [0, 201]), { answers: [all[0]!], noise: 4 });
  assert.equal(read([automatic.subarray(0, 2), realtime]), { answers: [all[2]!], noise: 2 });
  assert.equal(read([Buffer.from('3722', 'hex'), realtime]), { answers: [all[2]!], noise: 2 });
});

test('a process id that is too long, or is not text, is not an answer', () => {
  for (const hex of ['372230313233343500', '37223031013300', '37224142434400', '37220000000000']) {
    const { answers } = read([Buffer.from(hex, 'hex')]);
    assert.not.ok(answers.some(({ is }) => is === 'process'));
  }
});

test('any bytes in any pieces: no exception, and every byte is counted as answer or noise', () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 12 }), { maxLength: 12 });
  const length: Record<PrinterAnswer['is'], number> = { realtime: 1, automatic: 4, process: 7 };
  const check = fc.property(pieces, chunks => {
    const { answers, noise } = read(
      [...chunks.map(chunk => Buffer.from(chunk)), realtime],
      [...chunks.map(() => 0), 201],
    );
    const taken = answers.reduce((sum, { is }) => sum + length[is], 0);
    assert.is(taken + noise, chunks.reduce((sum, chunk) => sum + chunk.length, 0) + 1);
  });
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed}`);
  fc.assert(check, { seed, numRuns: 500 });
});

test.run();
