import { Duplex, PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Strip } from '../../../simulator/receipt-printer/paper.ts';
import { drawStrip } from '../../../simulator/receipt-printer/strip-svg.ts';
import { VirtualPrinter } from '../../../simulator/receipt-printer/virtual-printer.ts';

/** A printer with one host. `send` sends bytes and resolves with the answer; `strips` has the printed paper. */
function host(behaviours: ConstructorParameters<typeof VirtualPrinter>[0]['behaviours'] = []) {
  const strips: Strip[] = [];
  const toHost = new PassThrough();
  const toPrinter = new PassThrough();
  const printer = new VirtualPrinter({
    columns: 48,
    behaviours,
    say() {},
    onStrip: strip => strips.push(strip),
  });
  printer.connect(Duplex.from({ readable: toPrinter, writable: toHost }));
  return {
    printer,
    strips,
    async send(...pieces: Buffer[]): Promise<string> {
      for (const piece of pieces) toPrinter.write(piece);
      for (let i = 0; i < 5; i++) await setImmediate();
      return (toHost.read() as Buffer | null)?.toString('hex') ?? '';
    },
  };
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const bytewise = (bytes: Buffer) => Array.from(bytes, byte => Buffer.from([byte]));
const cut = '\x1dVB\0';

test('status bits of each fault, in DLE EOT 1 to 4 and in automatic status', async () => {
  const { printer, send } = host();
  const status = async () =>
    [await send(latin1('\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04')), ''].join('');
  assert.is(await status(), '12121212');
  assert.is(await send(latin1('\x1da\xff')), '1400000f');
  printer.change({ paper: 'low' });
  assert.is(await send(), '1400030f');
  assert.is(await status(), '1212121e');
  printer.change({ paper: 'out' });
  assert.is(await send(), '1c000f0f');
  assert.is(await status(), '1a32127e');
  printer.change({ paper: 'full', cover: 'open' });
  assert.is(await send(), '3c00000f');
  assert.is(await status(), '1a161212');
  printer.change({ cover: 'closed', error: 'cutter' });
  assert.is(await send(), '1c08000f');
  assert.is(await status(), '1a521a12');
});

test('the process ID response comes after the commands before it are done, also if the bytes come one by one', async () => {
  const { strips, send } = host();
  const job = latin1(`abc\n${cut}\x1d(H\x06\x00000427`);
  assert.is(await send(job), '37223034323700');
  assert.is(await send(...bytewise(job)), '37223034323700');
  assert.equal(
    strips.map(({ lines }) => lines),
    [['abc'], ['abc']],
  );
});

test('offline it stores commands and answers real-time commands; online again it prints', async () => {
  const { printer, strips, send } = host();
  printer.change({ cover: 'open' });
  assert.is(await send(latin1(`abc\n${cut}\x1d(H\x06\x00000001\x10\x04\x02`)), '16');
  assert.equal(strips, []);
  printer.change({ cover: 'closed' });
  assert.is(await send(), '37223030303100');
  assert.is(strips.length, 1);
});

test('DLE ENQ 2 clears the job, and its process ID response never comes', async () => {
  const { printer, strips, send } = host();
  printer.change({ error: 'recoverable' });
  assert.is(await send(latin1(`abc\n${cut}\x1d(H\x06\x00000001`)), '');
  assert.is(await send(latin1('\x10\x05\x02\x10\x04\x01')), '12');
  assert.is(await send(latin1('\x1d(H\x06\x00000002')), '37223030303200');
  assert.equal(strips, []);
});

test('text: Shift_JIS, JIS in kanji mode, the Japanese yen sign, half-width kana, and 〓 for a code without a character', async () => {
  const { strips, send } = host();
  await send(latin1('\x1cC1\x97\xcc\x8e\xfb\x8f\x91\x1bR\x08\\\x1bR\x00\\\x1bt\x01\xb1\xf0\x40\n'));
  await send(latin1('\x1cC0\x1c&\x3d\x3b\x1c.ab\x96\n'));
  await send(latin1(`\x1b@\xb1\n${cut}`));
  assert.equal(strips[0]?.lines, ['領収書¥\\ｱ〓', '住ab│', '〓']);
});

test('size, justification and wrapping', async () => {
  const { strips, send } = host();
  await send(latin1(`\x1ba\x01\x1d!\x11ab\n\x1d!\x00\x1ba\x02end\n\x1ba\x00${'x'.repeat(50)}\n${cut}`));
  assert.equal(strips[0]?.lines, [`${' '.repeat(22)}ab`, `${' '.repeat(45)}end`, 'x'.repeat(48), 'xx']);
  assert.is(strips[0]?.glyphs[0]?.height, 48);
});

test('one image that is sent in four ways is the same on paper', async () => {
  const rows = Buffer.from([0xff, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0xff]); // a box of 8 by 8
  const ways = [
    Buffer.concat([latin1('\x1dv0\0\x01\0\x08\0'), rows]),
    Buffer.concat([latin1('\x1d(L\x12\x000p0\x01\x011\x08\0\x08\0'), rows, latin1('\x1d(L\x02\x0002')]),
    Buffer.concat([latin1('\x1d8L\x12\0\0\x000p0\x01\x011\x08\0\x08\0'), rows, latin1('\x1d(L\x02\x0002')]),
    Buffer.concat([latin1('\x1b*\x01\x08\0'), rows]),
  ];
  for (const bytes of ways) {
    const { strips, send } = host();
    await send(...bytewise(Buffer.concat([bytes, latin1(cut)])));
    const [raster] = strips[0]!.rasters;
    assert.equal(raster?.bits.toString('hex'), rows.toString('hex'));
    assert.match(drawStrip(strips[0]!), 'M0 0h8v1h-8z');
  }
});

test('a real-time command inside an image is answered, as by real printers, and stays part of the image', async () => {
  const { strips, send } = host();
  assert.is(await send(latin1(`\x1dv0\0\x03\0\x01\0\x10\x04\x01${cut}`)), '12');
  assert.is(strips[0]?.rasters[0]?.bits.toString('hex'), '100401');
});

test.run();
