import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { part } from '../../../simulator/receipt-printer/part.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { refusalOf } from '../../refusal.ts';

const dir = temporaryFolder('receipt-part');
test.after(() => rm(dir, { recursive: true }));

test('the part reports its endpoint, and leaves nothing behind', async () => {
  const running = await part.start({ columns: '42' }, { dir, say() {} });
  assert.ok(existsSync(running.listens.serial!));
  await running.close();
  await running.close();
  assert.not.ok(existsSync(running.listens.serial!));
});

test('invalid options are refused', async () => {
  for (const values of [
    { columns: 'wide' },
    { columns: '8' },
    { tcp: '0.0.0.0:9100' },
    { tcp: 'x' },
    { tcp: '0' },
  ]) {
    const refused = await refusalOf(() => part.start(values, { dir, say() {} }), Error);
    assert.is(refused.name, 'ReceiptPrinterOptionError');
  }
});

test.run();
