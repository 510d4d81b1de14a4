import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../../drivers/base/clock.ts';
import { openLine } from '../../../drivers/line/serial-line.ts';
import { part } from '../../../simulator/pinpad/part.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { refusalOf } from '../../refusal.ts';

const dir = temporaryFolder('pinpad');
test.after(() => rm(dir, { recursive: true }));

test('the part starts with its defaults, types its PIN and never prints it', async () => {
  const said: string[] = [];
  const context = { dir, say: (line: string) => void said.push(line) };
  const running = await part.start({ pin: '8642', ksn: 'FFFF9876543210E00000' }, context);
  const path = running.listens.pinpad ?? '';
  const line = await openLine(path, { baudRate: 9600, dataBits: 8, parity: 'none' }, systemClock);
  let received = '';
  line.on('data', bytes => {
    received += bytes.toString('latin1');
  });
  await line.write(Buffer.from('\x02Z60.4012345678909\x03M', 'latin1'));
  while (!/7109876543210E00001[0-9A-F]{16}/.test(received)) await once(line, 'data');
  await line.close();
  await running.close();
  await running.close();
  assert.not.ok(existsSync(path));
  assert.match(said.join('\n'), 'FFFF9876543210E00000');
  assert.not.match(said.join('\n'), '8642');
});

test('an invalid option is refused', async () => {
  for (const values of [{ key: '00' }, { ksn: 'Z'.repeat(20) }, { dialect: 'none' }]) {
    const refused = await refusalOf(() => part.start(values, { dir, say: () => undefined }), Error);
    assert.is(refused.name, 'PinPadSimulatorError');
  }
});

test.run();
