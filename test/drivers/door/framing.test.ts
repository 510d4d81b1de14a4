import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DoorFraming, frame, maxFrame } from '../../../drivers/door/framing.ts';
import { codeOf } from '../../refusal.ts';

/** The frames in these pieces, or the code of the error that ends the stream. */
async function framesOf(pieces: readonly Buffer[]): Promise<string[]> {
  const framing = new DoorFraming();
  const frames: string[] = [];
  framing.on('data', (body: Buffer) => frames.push(body.toString('hex')));
  const ended = new Promise<void>((resolve, reject) => framing.on('end', resolve).on('error', reject));
  for (const piece of pieces) framing.write(piece);
  framing.end();
  await ended;
  return frames;
}

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const bytes = (buffer: Buffer): Buffer[] => [...buffer].map(byte => Buffer.from([byte]));

test('whole frames are read from single bytes', async () => {
  const wire = Buffer.concat([frame(Buffer.from('a1', 'hex')), frame(Buffer.from('b1b2', 'hex'))]);
  assert.equal(await framesOf(bytes(wire)), ['a1', 'b1b2']);
});

test('two frames in one chunk are two frames', async () => {
  assert.equal(await framesOf([Buffer.concat([frame(Buffer.from('a')), frame(Buffer.from('b'))])]), [
    '61',
    '62',
  ]);
});

test('a frame of max. length is accepted; one more byte is refused', async () => {
  const maxBody = Buffer.alloc(maxFrame, 1);
  assert.equal((await framesOf([frame(maxBody)]))[0]?.length, 2 * maxFrame);
  assert.is(await codeOf(() => frame(Buffer.alloc(maxFrame + 1))), 'door/frame');
  const tooLong = Buffer.alloc(4);
  tooLong.writeUInt32BE(maxFrame + 1);
  assert.is(await codeOf(framesOf([tooLong])), 'door/frame');
});

test('a frame that is too long is refused at its length, before its bytes are buffered', async () => {
  assert.is(await codeOf(framesOf([Buffer.from('ffffffff', 'hex')])), 'door/frame');
});

test('an empty frame and a frame that is cut off are refused', async () => {
  assert.is(await codeOf(framesOf([Buffer.alloc(4)])), 'door/frame');
  assert.is(await codeOf(framesOf([frame(Buffer.from('abc')).subarray(0, 6)])), 'door/frame');
});

test(`any frames, split anywhere, are read unchanged (SEED=${seed})`, async () => {
  const body = fc.uint8Array({ minLength: 1, maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(body, { minLength: 1, maxLength: 8 }),
      fc.infiniteStream(fc.nat(40)),
      async (bodies, cuts) => {
        const wire = Buffer.concat(bodies.map(b => frame(Buffer.from(b))));
        const pieces: Buffer[] = [];
        for (let at = 0; at < wire.length; ) {
          const length = 1 + cuts.next().value!;
          pieces.push(wire.subarray(at, at + length));
          at += length;
        }
        assert.equal(
          await framesOf(pieces),
          bodies.map(b => Buffer.from(b).toString('hex')),
        );
      },
    ),
    { seed, numRuns: 60 },
  );
});

test.run();
