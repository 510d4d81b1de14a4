// A printer that misses a status request or answers it late, e.g. while it cuts or while the machine is busy.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EscPosPrinter } from '../../../drivers/receipt/escpos-printer.ts';
import { escPosProfiles } from '../../../drivers/receipt/profile.ts';
import { ReceiptError } from '../../../drivers/receipt/receipt-error.ts';
import { ManualClock, settle } from '../../manual-clock.ts';
import { refusalOf } from '../../refusal.ts';
import { FakeLine } from '../line/fake-line.ts';

const profile = escPosProfiles.thermal80;
/** DLE EOT n. */
const isStatusRequest = (hex: string) => hex.startsWith('1004');
/** Cover closed, paper there, no error: the answer to each of the four requests. */
const good = '12';
const paperOut = '72';

const receipt = { title: '領収書', rows: [], totalYen: 200, notes: [] };

class Rig {
  readonly line = new FakeLine();
  readonly clock = new ManualClock();
  readonly printer = new EscPosPrinter(this.line, this.clock, profile);

  async answers(...bytes: string[]): Promise<void> {
    for (const byte of bytes) {
      await settle();
      this.line.put(byte);
    }
    await settle();
  }

  /** The printer is silent until the driver has given up, or has waited, this many times. */
  async silent(times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      await this.clock.skip();
      await settle();
    }
  }

  async printed(): Promise<void> {
    const job = this.line.written.at(-1)!;
    assert.not(isStatusRequest(job));
    const id = job.slice(-8);
    await this.answers(`3722${id}00`);
  }

  get jobs(): number {
    return this.line.written.filter(hex => !isStatusRequest(hex)).length;
  }
}

test('one missed status request does not cost the receipt', async () => {
  const rig = new Rig();
  const printed = rig.printer.print(receipt, 20_000);
  await rig.silent(2); // the answer, and the wait for late ones
  await rig.answers(good, good, good, good);
  await rig.printed();
  await printed;
  assert.is(rig.jobs, 1);
});

test('answers that come late are not taken for those of the next request', async () => {
  const rig = new Rig();
  const printed = rig.printer.print(receipt, 20_000);
  await rig.silent(1);
  await rig.answers(paperOut); // to the request that was given up
  await rig.silent(1);
  await rig.answers(good, good, good, good);
  await rig.printed();
  await printed;
});

test('a silent printer is asked three times; no text is sent', async () => {
  const rig = new Rig();
  const refused = refusalOf(rig.printer.print(receipt, 20_000), ReceiptError);
  await rig.silent(5);
  assert.is((await refused).code, 'receipt/offline');
  assert.is(rig.line.written.length, 3);
  assert.ok(rig.line.written.every(isStatusRequest));
  assert.is(rig.clock.now(), 5 * profile.statusMs);
  assert.is(rig.clock.waiting, 0);
});

test('a silent printer is asked again only while a print could follow', async () => {
  for (const [limitMs, asked] of [
    [3 * profile.statusMs, 1],
    [5 * profile.statusMs, 2],
  ] as const) {
    const rig = new Rig();
    const refused = refusalOf(rig.printer.print(receipt, limitMs), ReceiptError);
    await rig.silent(2 * asked - 1);
    assert.is((await refused).code, 'receipt/offline');
    assert.is(rig.line.written.length, asked);
    assert.ok(rig.clock.now() < limitMs);
  }
});

test('a printer whose line is lost is not asked again', async () => {
  const rig = new Rig();
  const refused = refusalOf(rig.printer.print(receipt, 20_000), ReceiptError);
  await settle();
  rig.line.lose();
  assert.is((await refused).code, 'receipt/offline');
  assert.is(rig.line.written.length, 1);
  assert.is(rig.clock.waiting, 0);
});

test.run();
