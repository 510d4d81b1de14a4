// The virtual pad alone, tested with fixed bytes. Neither the pad's code nor the driver's code made them.
import { rm } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../../drivers/base/clock.ts';
import { openLine } from '../../../drivers/line/serial-line.ts';
import {
  type PinPadHandle,
  type PinPadOptions,
  startPinPad,
} from '../../../simulator/pinpad/start-pinpad.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { initialKey, initialKsn } from '../../drivers/pinpad/vectors.ts';

interface Host {
  pad: PinPadHandle;
  send(hex: string): Promise<void>;
  /** The next `count` bytes from the pad. */
  receive(count: number): Promise<string>;
}

async function withPad(
  options: Omit<PinPadOptions, 'dir'>,
  use: (host: Host) => Promise<void>,
): Promise<void> {
  const dir = temporaryFolder('pinpad');
  const pad = await startPinPad({ dir, ackMs: 100, ...options });
  const line = await openLine(pad.path, { baudRate: 1200, dataBits: 7, parity: 'even' }, systemClock);
  let received = Buffer.alloc(0);
  let more = () => {};
  line.on('data', bytes => {
    received = Buffer.concat([received, bytes]);
    more();
  });
  try {
    await use({
      pad,
      send: hex => line.write(Buffer.from(hex.replaceAll(' ', ''), 'hex')),
      async receive(count) {
        while (received.length < count) await new Promise<void>(resolve => (more = resolve));
        const bytes = received.subarray(0, count).toString('hex');
        received = received.subarray(count);
        return bytes;
      },
    });
  } finally {
    await line.close();
    await pad.close();
    await rm(dir, { recursive: true });
  }
}

const testRequest = '02 37 36 34 30 31 32 33 34 35 36 37 38 39 30 39 1c 43 31 39 2e 39 39 03 47';
const firstAnswer = '023731303938373635343332313045303030303131423943313834354542393933413741' + '0342';

test('with the published key, packet 76 gets the published answer', () =>
  withPad({ initialKey, ksn: initialKsn }, async ({ send, receive }) => {
    await send(testRequest);
    assert.is(await receive(39), `06${firstAnswer}`);
    await send('06');
  }));

test('an answer that is not acknowledged is sent three times, then EOT', () =>
  withPad({ initialKey, ksn: initialKsn }, async ({ send, receive }) => {
    await send(testRequest);
    assert.is(await receive(1 + 3 * 38 + 1), `06${firstAnswer}${firstAnswer}${firstAnswer}04`);
  }));

test('after NAK the answer is sent again at once, with the same KSN', () =>
  withPad({ initialKey, ksn: initialKsn, ackMs: 60_000 }, async ({ send, receive }) => {
    await send(testRequest);
    assert.is(await receive(39), `06${firstAnswer}`);
    await send('15');
    assert.is(await receive(38), firstAnswer);
    await send('06');
    await send('02 37 32 03 06'); // the pad is idle: it acknowledges a cancel
    assert.is(await receive(1), '06');
  }));

test('a pad without a key refuses packet 76', () =>
  withPad({ initialKey: null }, async ({ send, receive }) => {
    await send(testRequest);
    assert.is(await receive(7), '06023731310334');
    await send('06');
  }));

test('the pad requests two broken packets again, and ends the session at the third', () =>
  withPad({}, async ({ send, receive }) => {
    await send('02 37 32 03 07 02 37 32 03 07 02 37 32 03 07');
    assert.is(await receive(3), '151504');
  }));

test('after a cancel by the host the pad ends the entry with EOT', () =>
  withPad({}, async ({ pad, send, receive }) => {
    const asked = new Promise<void>(resolve => pad.onPrompt(() => resolve()));
    await send(
      '02 5a 36 32 2e 34 30 31 32 33 34 35 36 37 38 39 30 39 1c 30 34 30 34 4e 45 4e 54 45 52 20 50 49 4e 1c' +
        '50 52 45 53 53 20 45 4e 54 45 52 1c 50 52 4f 43 45 53 53 49 4e 47 03 06',
    );
    assert.is(await receive(1), '06');
    await asked;
    await send('02 37 32 03 06');
    assert.is(await receive(1), '04');
  }));

test('an account number that is too short is refused with its code', () =>
  withPad({}, async ({ send, receive }) => {
    await send('02 5a 36 30 2e 31 32 33 03 41'); // Z60.123, check byte by hand
    assert.is(await receive(7), '06023731320337');
    await send('06');
  }));

test.run();
