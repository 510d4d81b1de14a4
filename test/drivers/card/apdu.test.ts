import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { command, isLocked, parseResponse, triesOf } from '../../../drivers/card/apdu.ts';

const hex = (bytes: Buffer) => bytes.toString('hex');

test('the four cases of a short command (ISO/IEC 7816-4, 5.2)', () => {
  assert.is(hex(command(0x00, 0x20, 0x00, 0x80)), '00200080');
  assert.is(hex(command(0x00, 0xb0, 0x01, 0x02, { le: 255 })), '00b00102ff');
  assert.is(hex(command(0x00, 0xb0, 0x00, 0x00, { le: 256 })), '00b0000000');
  assert.is(hex(command(0x00, 0xa4, 0x02, 0x0c, { data: Buffer.of(0, 0x0a) })), '00a4020c02000a');
  assert.is(
    hex(command(0x80, 0x2a, 0x00, 0x80, { data: Buffer.of(1, 2, 3), le: 256 })),
    '802a00800301020300',
  );
});

test('data that does not fit a short command is refused, not truncated', () => {
  for (const length of [0, 256]) assert.throws(() => command(0, 0, 0, 0, { data: Buffer.alloc(length) }));
  for (const le of [0, 257]) assert.throws(() => command(0, 0, 0, 0, { le }));
});

test('a command has its own memory, so that zeroing it leaves no copy in a shared pool', () => {
  assert.is(command(0, 0x20, 0, 0x80, { data: Buffer.from('1234') }).buffer.byteLength, 9);
});

test('responses and status words', () => {
  assert.equal(parseResponse(Buffer.from('01029000', 'hex')), { data: Buffer.of(1, 2), sw: 0x9000 });
  assert.is(parseResponse(Buffer.of(0x90)), undefined);
  assert.equal([0x63c0, 0x63c3, 0x6300, 0x9000].map(triesOf), [0, 3, undefined, undefined]);
  assert.equal([0x6983, 0x6984, 0x6982].map(isLocked), [true, true, false]);
});

test.run();
