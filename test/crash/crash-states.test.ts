import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../simulator/customer/seeded-random.ts';
import { type CrashState, planStates } from './crash-states.ts';
import type { Recording } from './recording.ts';
import { Replay } from './replay.ts';

const block = 4096;
const write = (at: number, fill: number, blocks = 1) => ({
  offset: at * block,
  data: new Uint8Array(blocks * block).fill(fill),
});
const flush = { offset: 0 };

/** Eight blocks of zeros: two writes, a flush, a write of two blocks, a flush. */
const base = new Uint8Array(8 * block);
base[1024 + 24] = 2; // an ext4's superblock: blocks of 4 KiB

const recording: Recording = {
  base,
  operations: [write(6, 1), write(2, 2), flush, write(3, 3, 2), flush],
};

function imageAt(state: CrashState, of = recording): Uint8Array {
  const replay = new Replay(of);
  replay.advance(state.point);
  for (const { offset, data } of replay.pieces(state, seededRandom(1))) replay.durable.set(data, offset);
  return replay.durable;
}

/** The first byte of each sector of some blocks. */
const sectors = (image: Uint8Array, at: number, blocks = 1): number[] =>
  Array.from({ length: blocks * 8 }, (_, i) => image[at * block + i * 512]!);

test('what was flushed is in every state; what was not, only where it is kept', () => {
  assert.equal(sectors(imageAt({ point: 2, fates: [] }), 0, 8), new Array(64).fill(0));
  const kept = imageAt({ point: 2, fates: [{ write: 1 }] });
  assert.equal([kept[6 * block], kept[2 * block]], [0, 2]);
  const flushed = imageAt({ point: 3, fates: [] });
  assert.equal([flushed[6 * block], flushed[2 * block], flushed[3 * block]], [1, 2, 0]);
});

test('a torn write came up to a sector, or from one on', () => {
  const torn = (sectors: number, backwards: boolean) => ({
    point: 4,
    fates: [{ write: 3, torn: { sectors, backwards, garbage: false } }],
  });
  assert.equal(sectors(imageAt(torn(10, false)), 3, 2), [...new Array(10).fill(3), ...new Array(6).fill(0)]);
  assert.equal(sectors(imageAt(torn(10, true)), 3, 2), [...new Array(10).fill(0), ...new Array(6).fill(3)]);
});

test('garbage fills the block that was being written, and no other', () => {
  const state = { point: 4, fates: [{ write: 3, torn: { sectors: 10, backwards: false, garbage: true } }] };
  const image = imageAt(state);
  assert.equal(sectors(image, 3), new Array(8).fill(3));
  const wild = image.subarray(4 * block, 5 * block);
  assert.ok(new Set(wild).size > 100);
  assert.equal(sectors(image, 5), new Array(8).fill(0));
});

test('superblock and group descriptors are never torn', () => {
  const of = { ...recording, operations: [write(0, 9, 3)] };
  const torn = (sectors: number) => ({
    point: 1,
    fates: [{ write: 0, torn: { sectors, backwards: false, garbage: true } }],
  });
  assert.equal(sectors(imageAt(torn(3), of), 0, 3), new Array(24).fill(0));
  assert.equal(sectors(imageAt(torn(9), of), 0, 3), [...new Array(8).fill(9), ...new Array(16).fill(0)]);
  assert.equal(sectors(imageAt(torn(17), of), 0, 2), new Array(16).fill(9));
});

test('every point has a state, where no later one has the same; no two states are the same, and the same seed plans the same', () => {
  const states = planStates(recording, 30, seededRandom(5));
  assert.equal([...new Set(states.map(({ point }) => point))], [1, 2, 4, 5]);
  const images = states.map(({ point, fates }) => `${point > 2} ${point > 4} ${JSON.stringify(fates)}`);
  assert.is(new Set(images).size, states.length);
  assert.ok(states.length > 20);
  assert.equal(planStates(recording, 30, seededRandom(5)), states);
  assert.equal(
    states.map(({ point }) => point),
    states.map(({ point }) => point).sort((one, other) => one - other),
  );
});

test('states of a point keep, drop and tear each write that was not flushed', () => {
  const fates = planStates(recording, 60, seededRandom(7)).filter(({ point }) => point === 2);
  for (const write of [0, 1]) {
    const of = fates.map(({ fates }) => fates.find(fate => fate.write === write));
    assert.ok(of.some(fate => fate === undefined) && of.some(fate => fate && !fate.torn));
    assert.ok(of.some(fate => fate?.torn));
  }
});

test.run();
