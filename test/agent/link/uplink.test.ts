// Whose turn it is on the line, how much is on it, and how fast it is found to be.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Uplink } from '../../../agent/link/uplink.ts';
import { ManualClock, settle } from '../../manual-clock.ts';
import { refusedWith } from '../../refusal.ts';

/** A line in one direction, with a broker at its end that acknowledges at once. */
class NarrowLine {
  readonly clock = new ManualClock();
  readonly uplink = new Uplink(this.clock);
  readonly #bytesPerMs: number;
  readonly #roundTripMs: number;
  #freeAt = 0;
  /** No PUBACK comes before: the way back is full of something else. */
  heldUntil = 0;
  /** Most bytes that were on their way at one time. */
  maxOnTheWay = 0;
  #onTheWay = 0;
  carried = 0;

  constructor(kbps: number, roundTripMs: number) {
    this.#bytesPerMs = kbps / 8;
    this.#roundTripMs = roundTripMs;
    this.uplink.connected();
  }

  publish(bytes: number, urgent: boolean): Promise<void> {
    this.#onTheWay += bytes;
    this.maxOnTheWay = Math.max(this.maxOnTheWay, this.#onTheWay);
    this.#freeAt = Math.max(this.#freeAt, this.clock.now()) + bytes / this.#bytesPerMs;
    const ms = this.#freeAt + this.#roundTripMs - this.clock.now();
    return this.uplink.carry(bytes, urgent, async () => {
      await this.clock.sleep(ms);
      this.heldUntil += 20;
      if (this.heldUntil > this.clock.now()) await this.clock.sleep(this.heldUntil - this.clock.now());
      this.#onTheWay -= bytes;
      this.carried += bytes;
    });
  }

  /** Somebody with an endless backlog. */
  async drain(): Promise<never> {
    for (;;) {
      const bytes = await this.uplink.take();
      void this.publish(bytes, false);
      this.uplink.give();
    }
  }

  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    while (this.clock.now() < end) {
      this.clock.advance(10);
      for (let turns = 0; turns < 5; turns++) await Promise.resolve();
    }
    await settle();
  }
}

const lines = [16, 32, 64, 128, 262, 524].flatMap(kbps => [20, 300, 600].map(ms => [kbps, ms] as const));
for (const [kbps, roundTripMs] of lines)
  test(`${kbps} kbit/s, ${roundTripMs} ms: the line is full, and a question waits no longer than three seconds (for 8 KiB where that takes longer)`, async () => {
    const line = new NarrowLine(kbps, roundTripMs);
    await Promise.race([line.publish(300, true), line.pass(2000)]); // the birth message shows the delay
    void line.drain();
    await line.pass(30_000);
    const [before, began] = [line.carried, line.clock.now()];
    line.maxOnTheWay = 0;
    await line.pass(30_000);
    const share = (line.carried - before) / ((kbps / 8) * (line.clock.now() - began));
    assert.ok(share > (roundTripMs > 300 ? 0.75 : 0.85), `${share} of the line`);
    assert.ok(
      line.maxOnTheWay < Math.max(8 << 10, (3000 + roundTripMs) * (kbps / 8)) + 1,
      `${line.maxOnTheWay} bytes on their way`,
    );
    const found = line.uplink.bytesPerSecond!;
    assert.ok(Math.abs(found / (kbps * 125) - 1) < 0.2, `${found} bytes/s found`);
  });

for (const roundTripMs of [20, 300])
  test(`128 kbit/s, ${roundTripMs} ms: the line stays full behind questions, each of which goes before what waits`, async () => {
    const line = new NarrowLine(128, roundTripMs);
    await Promise.race([line.publish(300, true), line.pass(2000)]);
    void line.drain();
    await line.pass(30_000);
    const [before, began] = [line.carried, line.clock.now()];
    const late: number[] = [];
    while (line.clock.now() < began + 30_000) {
      const asked = line.clock.now();
      let answered = Infinity;
      void line.publish(1500, true).then(() => {
        answered = line.clock.now();
      });
      while (answered === Infinity) await line.pass(50);
      late.push(answered - asked);
      await line.pass(100);
    }
    const share = (line.carried - before) / (16 * (line.clock.now() - began));
    assert.ok(share > 0.95, `${share} of the line`);
    assert.ok(Math.max(...late) < 2500 + roundTripMs, `${late} ms`);
  });

test('PUBACKs that were held up and come at once do not make the line seem wider', async () => {
  const line = new NarrowLine(64, 20);
  await Promise.race([line.publish(300, true), line.pass(2000)]);
  void line.drain();
  await line.pass(20_000);
  line.maxOnTheWay = 0;
  for (let times = 0; times < 5; times++) {
    line.heldUntil = line.clock.now() + 4000 + 700 * times; // a piece of a document comes
    await line.pass(10_000);
  }
  assert.ok(line.maxOnTheWay < 2500 * 8, `${line.maxOnTheWay} bytes on their way`);
  const before = line.carried;
  await line.pass(10_000);
  assert.ok(line.carried - before > 0.9 * 80_000, 'the line is full');
});

test('nobody gets a turn while another one makes a batch, nor before there is room', async () => {
  const { uplink } = new NarrowLine(64, 20);
  const first = Promise.withResolvers<void>();
  const carried = uplink.carry(16 << 10, false, () => first.promise);
  const turns: number[] = [];
  for (const one of [1, 2]) void uplink.take().then(() => turns.push(one));
  await settle();
  assert.equal(turns, []);
  first.resolve();
  await carried;
  await settle();
  assert.equal(turns, [1]);
  uplink.give();
  await settle();
  assert.equal(turns, [1, 2]);
});

test('a line that became narrow is found out, also where the connection breaks first', async () => {
  const wide = new NarrowLine(50_000, 20);
  await Promise.all([wide.publish(300, true), wide.pass(100)]);
  for (let times = 0; times < 8; times++)
    await Promise.all([wide.publish(await turnOf(wide), false), wide.pass(1000)]);
  assert.ok((await turnOf(wide)) > 100 << 10);
  void wide.publish(1000, false);
  wide.uplink.disconnected();
  wide.uplink.connected();
  assert.ok((await turnOf(wide)) <= 8 << 10);
});

const turnOf = async ({ uplink }: NarrowLine): Promise<number> => {
  const bytes = await uplink.take();
  uplink.give();
  return bytes;
};

test('who waits for a turn fails when the connection ends', async () => {
  const { uplink } = new NarrowLine(64, 20);
  const never = Promise.withResolvers<void>();
  void uplink.carry(16 << 10, false, () => never.promise);
  const turn = uplink.take();
  uplink.disconnected();
  await refusedWith('link/offline', turn);
});

test('a speed is believed for ten minutes, and not from one late PUBACK', async () => {
  const line = new NarrowLine(32, 20);
  await Promise.all([line.publish(300, true), line.pass(200)]);
  await Promise.all([line.publish(4000, true), line.pass(2000)]);
  assert.is(line.uplink.bytesPerSecond, undefined);
  for (let times = 0; times < 3; times++) await Promise.all([line.publish(4000, true), line.pass(2000)]);
  assert.ok(Math.abs(line.uplink.bytesPerSecond! / 4000 - 1) < 0.1, `${line.uplink.bytesPerSecond}`);
  line.clock.advance(600_001);
  assert.is(line.uplink.bytesPerSecond, undefined);
});

test.run();
