// The virtual pad alone, spoken to in golden bytes that neither its code nor the driver's made.
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
  hear(count: number): Promise<string>;
}

async function withPad(
  options: Omit<PinPadOptions, 'dir'>,
  use: (host: Host) => Promise<void>,
): Promise<void> {
  const dir = temporaryFolder('pinpad');
  const pad = await startPinPad({ dir, ackMs: 100, ...options });
  const line = await openLine(pad.path, { baudRate: 1200, dataBits: 7, parity: 'even' }, systemClock);
  let heard = Buffer.alloc(0);
  let more = () => {};
  line.on('data', bytes => {
    heard = Buffer.concat([heard, bytes]);
    more();
  });
  try {
    await use({
      pad,
      send: hex => line.write(Buffer.from(hex.replaceAll(' ', ''), 'hex')),
      async hear(count) {
        while (heard.length < count) await new Promise<void>(resolve => (more = resolve));
        const bytes = heard.subarray(0, count).toString('hex');
        heard = heard.subarray(count);
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

test('the published key, asked by packet 76, gives the published answer', () =>
  withPad({ initialKey, ksn: initialKsn }, async ({ send, hear }) => {
    await send(testRequest);
    assert.is(await hear(39), `06${firstAnswer}`);
    await send('06');
  }));

test('an answer that is not acknowledged comes three times, then EOT', () =>
  withPad({ initialKey, ksn: initialKsn }, async ({ send, hear }) => {
    await send(testRequest);
    assert.is(await hear(1 + 3 * 38 + 1), `06${firstAnswer}${firstAnswer}${firstAnswer}04`);
  }));

test('NAK brings it again at once, with the same KSN', () =>
  withPad({ initialKey, ksn: initialKsn, ackMs: 60_000 }, async ({ send, hear }) => {
    await send(testRequest);
    assert.is(await hear(39), `06${firstAnswer}`);
    await send('15');
    assert.is(await hear(38), firstAnswer);
    await send('06');
    await send('02 37 32 03 06'); // idle: cancel is acknowledged
    assert.is(await hear(1), '06');
  }));

test('packet 76 without a key', () =>
  withPad({ initialKey: null }, async ({ send, hear }) => {
    await send(testRequest);
    assert.is(await hear(7), '06023731310334');
    await send('06');
  }));

test('two broken packets are asked for again, the third ends it', () =>
  withPad({}, async ({ send, hear }) => {
    await send('02 37 32 03 07 02 37 32 03 07 02 37 32 03 07');
    assert.is(await hear(3), '151504');
  }));

test('cancel by the host ends an entry by EOT', () =>
  withPad({}, async ({ pad, send, hear }) => {
    const asked = new Promise<void>(resolve => pad.onPrompt(() => resolve()));
    await send(
      '02 5a 36 32 2e 34 30 31 32 33 34 35 36 37 38 39 30 39 1c 30 34 30 34 4e 45 4e 54 45 52 20 50 49 4e 1c' +
        '50 52 45 53 53 20 45 4e 54 45 52 1c 50 52 4f 43 45 53 53 49 4e 47 03 06',
    );
    assert.is(await hear(1), '06');
    await asked;
    await send('02 37 32 03 06');
    assert.is(await hear(1), '04');
  }));

test('an account number that is too short is refused by its code', () =>
  withPad({}, async ({ send, hear }) => {
    await send('02 5a 36 30 2e 31 32 33 03 41'); // Z60.123, check byte by hand
    assert.is(await hear(7), '06023731320337');
    await send('06');
  }));

test.run();
