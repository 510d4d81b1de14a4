import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeFrame, FS } from '../../../drivers/pinpad/frame-codec.ts';
import { Framing } from '../../../drivers/pinpad/framing.ts';
import { ManualClock } from '../../manual-clock.ts';

const limits = { maxBody: 255, betweenBytesMs: 500, sevenBit: true };
const pan = '4012345678909';
const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** Kind, body and bytes with the check byte last. Calculated by hand from the rules in the manuals. */
const golden = [
  ['transaction', '72', '02 37 32 03 06'],
  ['transaction', 'Z1', '02 5a 31 03 68'],
  ['management', '06', '0f 30 36 0e 08'],
  ['management', '134', '0f 31 33 34 0e 38'],
  ['management', '0108', '0f 30 31 30 38 0e 07'],
  ['transaction', 'Z2\x1aPAY NOW', '02 5a 32 1a 50 41 59 20 4e 4f 57 03 4f'],
  [
    'transaction',
    `70${pan}${FS}D12.50`,
    '02 37 30 34 30 31 32 33 34 35 36 37 38 39 30 39 1c 44 31 32 2e 35 30 03 48',
  ],
  [
    'transaction',
    '7109876543210E000011B9C1845EB993A7A',
    '02 37 31 30 39 38 37 36 35 34 33 32 31 30 45 30 30 30 30 31 31 42 39 43 31 38 34 35 45 42 39 39 33 41 37 41 03 42',
  ],
  [
    'transaction',
    '73.000009876543210E000011B9C1845EB993A7A',
    '02 37 33 2e 30 30 30 30 30 39 38 37 36 35 34 33 32 31 30 45 30 30 30 30 31 31 42 39 43 31 38 34 35 45 42 39 39 33 41 37 41 03 6e',
  ],
  [
    'transaction',
    `Z60.${pan}${FS}DUKPT ENCRYPTION`,
    '02 5a 36 30 2e 34 30 31 32 33 34 35 36 37 38 39 30 39 1c 44 55 4b 50 54 20 45 4e 43 52 59 50 54 49 4f 4e 03 20',
  ],
  [
    'transaction',
    `Z63.${pan}${FS}DUKPT ENCRYPTION0406N*`,
    '02 5a 36 33 2e 34 30 31 32 33 34 35 36 37 38 39 30 39 1c 44 55 4b 50 54 20 45 4e 43 52 59 50 54 49 4f 4e 30 34 30 36 4e 2a 03 45',
  ],
  [
    'transaction',
    ['Z62.'.concat(pan), '0404NENTER PIN', 'PRESS ENTER', 'PROCESSING'].join(FS),
    '02 5a 36 32 2e 34 30 31 32 33 34 35 36 37 38 39 30 39 1c 30 34 30 34 4e 45 4e 54 45 52 20 50 49 4e 1c 50 52 45 53 53 20 45 4e 54 45 52 1c 50 52 4f 43 45 53 53 49 4e 47 03 06',
  ],
  [
    'transaction',
    `76${pan}${FS}C19.99`,
    '02 37 36 34 30 31 32 33 34 35 36 37 38 39 30 39 1c 43 31 39 2e 39 39 03 47',
  ],
  ['transaction', '711', '02 37 31 31 03 34'],
  ['transaction', '910', '02 39 31 30 03 3b'],
] as const;

/** Feeds chunks and returns the tokens as text: `ack`, `broken`, `transaction 72`. */
function read(chunks: Buffer[], use: Partial<typeof limits> = {}): { tokens: string[]; skipped: number } {
  const framing = new Framing({ ...limits, ...use }, new ManualClock());
  for (const chunk of chunks) framing.write(chunk);
  return { tokens: drain(framing), skipped: framing.skipped };
}

function drain(framing: Framing): string[] {
  const tokens: string[] = [];
  for (let token = framing.read(); token !== null; token = framing.read()) {
    tokens.push(
      token.is === 'frame' ? `${token.frame.kind} ${token.frame.body.toString('latin1')}` : token.is,
    );
  }
  return tokens;
}

for (const [kind, body, hex] of golden) {
  test(`golden frame ${JSON.stringify(body)}`, () => {
    assert.is(encodeFrame(kind, body).toString('hex'), hex.replaceAll(' ', ''));
    assert.equal(read([bytes(hex)]), { tokens: [`${kind} ${body}`], skipped: 0 });
  });
}

test('byte by byte, two frames in one chunk, control bytes between', () => {
  const all = Buffer.concat([
    bytes('06'),
    encodeFrame('transaction', '72'),
    encodeFrame('management', '06'),
    bytes('04 15'),
  ]);
  const tokens = ['ack', 'transaction 72', 'management 06', 'eot', 'nak'];
  assert.equal(read([all]), { tokens, skipped: 0 });
  assert.equal(read([...all].map(byte => Buffer.of(byte))), { tokens, skipped: 0 });
});

test('a wrong check byte makes a broken frame, and the next frame is read', () => {
  assert.equal(read([bytes('02 37 32 03 07'), encodeFrame('transaction', '72')]).tokens, [
    'broken',
    'transaction 72',
  ]);
});

test('a check byte may equal any control byte', () => {
  for (const control of [0x02, 0x03, 0x04, 0x06, 0x0e, 0x0f, 0x15]) {
    const body = `Q${String.fromCharCode(0x51 ^ 0x03 ^ control ^ 0x30)}0`;
    const frame = encodeFrame('transaction', body);
    assert.is(frame.at(-1), control);
    assert.equal(read([frame, bytes('06')]).tokens, [`transaction ${body}`, 'ack']);
  }
});

test('noise is counted and skipped', () => {
  assert.equal(read([bytes('41 42 43 06 44')]), { tokens: ['ack'], skipped: 4 });
});

test('a frame that never ends is noise, and the one after it is read', () => {
  const endless = Buffer.concat([Buffer.of(0x02), Buffer.alloc(1000, 0x41)]);
  assert.equal(read([endless, bytes('06')]), { tokens: ['ack'], skipped: 1001 });
  assert.equal(read([endless, encodeFrame('transaction', '72')]), {
    tokens: ['transaction 72'],
    skipped: 1001,
  });
});

test('a frame that is interrupted by the start of another is noise', () => {
  assert.equal(read([bytes('02 37 31'), encodeFrame('transaction', '72')]), {
    tokens: ['transaction 72'],
    skipped: 3,
  });
});

test('parity in bit 7 is cleared on a seven-bit line only', () => {
  const noisy = Buffer.from(encodeFrame('transaction', '72').map(byte => byte | 0x80));
  assert.equal(read([noisy]).tokens, ['transaction 72']);
  assert.equal(read([noisy], { sevenBit: false }), { tokens: [], skipped: 5 });
});

test('after a pause inside a frame the bytes before it are noise', () => {
  const clock = new ManualClock();
  const framing = new Framing(limits, clock);
  framing.write(bytes('02 37'));
  clock.advance(500);
  framing.write(bytes('31'));
  clock.advance(501);
  framing.write(bytes('32 03 06 06'));
  assert.is(framing.skipped, 5);
  assert.equal(drain(framing), ['ack', 'ack']);
});

test('frames in any noise, split anywhere, are all read; nothing throws', () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`SEED=${seed}`);
  const quiet = fc.uint8Array({ min: 0x20, max: 0x7f, maxLength: 20 }); // without control bytes, noise can't hide a frame
  const body = fc.string({
    unit: fc.constantFrom(...'0123456789ABCDEFZ. \x1c'),
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(quiet, body), { maxLength: 6 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (parts, cuts) => {
        const all = Buffer.concat(
          parts.flatMap(([noise, text]) => [Buffer.from(noise), encodeFrame('transaction', text)]),
        );
        const chunks: Buffer[] = [];
        for (let at = 0; at < all.length; ) {
          const size = cuts.next().value;
          chunks.push(all.subarray(at, at + size));
          at += size;
        }
        const { tokens, skipped } = read(chunks);
        assert.equal(
          tokens,
          parts.map(([, text]) => `transaction ${text}`),
        );
        assert.is(
          skipped,
          parts.reduce((sum, [noise]) => sum + noise.length, 0),
        );
      },
    ),
    { seed, numRuns: 200 },
  );
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 5 }), chunks => {
      read(chunks.map(chunk => Buffer.from(chunk)));
    }),
    { seed, numRuns: 200 },
  );
});

test.run();
