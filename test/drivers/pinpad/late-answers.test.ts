// The pad answers a status request only after the driver gave it up: in the session of the next resident.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PinPadStatus } from '../../../drivers/contract/pinpad.ts';
import { visa70 } from '../../../drivers/pinpad/dialect.ts';
import { SerialPinPad } from '../../../drivers/pinpad/serial-pinpad.ts';
import { ManualClock, settle } from '../../manual-clock.ts';
import { FakeLine } from '../line/fake-line.ts';
import { refusal } from './refusal.ts';

const ack = '06';
const eot = '04';
/** `<SI>06123<SO>` and its check byte. */
const serialReply = '0F 30 36 31 32 33 0E 38';
/** `<STX>71A<ETX>`: no key. Whoever reports it has read the answer to the PIN request. */
const pinReply = '02 37 31 41 03 44';
const ownAnswer = 'pinpad/noKey A';

const isPinRequest = (hex: string) => hex.startsWith('025a3632');

class Rig {
  readonly line = new FakeLine();
  readonly clock = new ManualClock();
  readonly pad = new SerialPinPad(
    this.line,
    this.clock,
    visa70,
    { initialKey: Buffer.alloc(16), keySetId: 'F'.repeat(20) },
    {
      isDistrusted: async () => false,
      distrust: async () => assert.unreachable('the pad is trusted'),
      load: async () => undefined,
      save: async () => undefined,
    },
  );

  /** What the pad sends next, one item after another. */
  async sends(...items: string[]): Promise<void> {
    for (const item of items) {
      this.line.put(item);
      await settle();
    }
  }

  async statusAsked(): Promise<{ status: Promise<PinPadStatus> }> {
    const status = this.pad.status();
    await settle();
    return { status };
  }

  /** A status request that the pad acknowledges, and answers too late. */
  async givenUp(): Promise<void> {
    const { status } = await this.statusAsked();
    await this.sends(ack);
    await this.clock.skip();
    assert.equal(await status, { online: false });
  }

  /** A PIN request; `outcome` is its error. */
  async asked(): Promise<{ outcome: Promise<string>; prompts: () => number }> {
    let shown = 0;
    const onPrompt = () => {
      shown += 1;
    };
    const outcome = refusal(this.pad.readPin({ timeoutMs: 60_000, onPrompt }));
    await settle();
    return { outcome, prompts: () => shown };
  }

  get pinRequests(): number {
    return this.line.written.filter(isPinRequest).length;
  }
}

for (const [when, items] of Object.entries({
  'before the ACK': [serialReply, eot, ack, pinReply],
  'after the ACK': [ack, serialReply, eot, pinReply],
  'around the ACK': [serialReply, ack, pinReply],
  'after the ACK, without its end': [ack, serialReply, pinReply],
  'twice, as after two status requests': [serialReply, eot, ack, serialReply, eot, ack, pinReply],
})) {
  test(`a late serial number ${when} of the PIN request is dropped`, async () => {
    const rig = new Rig();
    await rig.givenUp();
    const { outcome, prompts } = await rig.asked();
    await rig.sends(...items);
    assert.is(await outcome, ownAnswer);
    assert.is(prompts(), 1);
    assert.is(rig.pinRequests, 1);
  });
}

test('the EOT of a serial number that came between two sessions does not end the next', async () => {
  const rig = new Rig();
  await rig.givenUp();
  await rig.sends(serialReply);
  const { outcome } = await rig.asked();
  await rig.sends(eot, ack, pinReply);
  assert.is(await outcome, ownAnswer);
  assert.is(rig.pinRequests, 1);
});

test('a resident who cancels after a late serial number is believed', async () => {
  for (const items of [
    [serialReply, eot, ack, eot],
    [ack, serialReply, eot, eot],
    [serialReply, ack, eot],
  ]) {
    const rig = new Rig();
    await rig.givenUp();
    const { outcome } = await rig.asked();
    await rig.sends(...items);
    assert.is(await outcome, 'pinpad/canceledOrTimeout');
  }
});

test('a pad that sent a late serial number without its end is believed when the resident cancels later', async () => {
  const rig = new Rig();
  await rig.givenUp();
  const { outcome } = await rig.asked();
  await rig.sends(ack, serialReply);
  rig.clock.advance(visa70.timing.ackMs);
  await rig.sends(eot);
  assert.is(await outcome, 'pinpad/canceledOrTimeout');
});

test('sessions of earlier processes end one after another: the request is sent three times, then refused', async () => {
  const rig = new Rig();
  const good = await rig.asked();
  await rig.sends(eot, eot, ack, pinReply);
  assert.is(await good.outcome, ownAnswer);
  assert.is(rig.pinRequests, 3);
  const refused = await rig.asked();
  await rig.sends(eot, eot, eot);
  assert.is(await refused.outcome, 'pinpad/protocol refused');
});

test('a status request that finds the end of an earlier session is sent again', async () => {
  const rig = new Rig();
  const { status } = await rig.statusAsked();
  await rig.sends(eot, ack, serialReply, eot);
  assert.equal(await status, { online: true, serial: '123' });
});

test('a late PIN answer is not the answer to a status request, and takes no trust from the pad', async () => {
  const rig = new Rig();
  const { outcome } = await rig.asked();
  await rig.sends(ack);
  await rig.clock.skip(); // the pad's own time
  await settle();
  await rig.sends(ack); // to the cancel packet
  assert.is(await outcome, 'pinpad/canceledOrTimeout');
  const { status } = await rig.statusAsked();
  await rig.sends(ack, pinReply, serialReply, eot);
  assert.equal(await status, { online: true, serial: '123' });
});

test('a status request waits for the EOT of its answer, but not for ever', async () => {
  const rig = new Rig();
  const { status } = await rig.statusAsked();
  await rig.sends(ack, serialReply);
  assert.is(await rig.clock.skip(), visa70.timing.ackMs);
  assert.equal(await status, { online: true, serial: '123' });
  assert.is(rig.clock.waiting, 0);
});

test('close() ends the wait for that EOT', async () => {
  const rig = new Rig();
  const { status } = await rig.statusAsked();
  await rig.sends(ack, serialReply);
  await rig.pad.close();
  await status;
  assert.is(rig.clock.waiting, 0);
});

test.run();
