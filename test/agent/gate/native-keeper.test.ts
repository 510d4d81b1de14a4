import { duplexPair } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type KeeperOptions, NativeKeeper } from '../../../agent/gate/native/native-keeper.ts';
import { type NativeProcess, startNativeProcess } from '../../../agent/gate/native/native-process.ts';
import { systemClock } from '../../../drivers/base/clock.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import { settings } from '../../drivers/native/settings.ts';
import { ManualClock, settle } from '../../manual-clock.ts';
import { codeOf } from '../../refusal.ts';

const script = fileURLToPath(import.meta.resolve('./fake-native.ts'));

interface Kept {
  keeper: NativeKeeper;
  /** Resolves at the next change. */
  change: () => Promise<boolean>;
  events: unknown[];
}

function keep(options: Partial<KeeperOptions> = {}): Kept {
  let next = Promise.withResolvers<boolean>();
  const events: unknown[] = [];
  const keeper = new NativeKeeper({
    start: () => startNativeProcess(script, '/run/test/pcscd.comm'),
    settings,
    clock: systemClock,
    log: silentLog,
    random: () => 0,
    onEvent: event => events.push(event.name),
    onOnline: online => {
      next.resolve(online);
      next = Promise.withResolvers();
    },
    ...options,
  });
  keeper.start();
  return { keeper, change: () => next.promise, events };
}

interface NativeReport {
  pid: number;
  keySetId: string;
  env: string[];
  arguments: string[];
}

/** What the child says of itself (fake-native.ts). */
async function reportOf(keeper: NativeKeeper): Promise<NativeReport> {
  const { certificate } = await keeper.call('readCard', {}, { timeoutMs: 1000 });
  return JSON.parse(certificate.toString());
}

/** Whether a process of this id is there. */
function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** A process that ends before it says a word. */
function stillborn(): NativeProcess {
  const [duplex] = duplexPair();
  duplex.destroy();
  return { duplex, onExit: ended => setImmediate(() => ended({ code: 1, signal: 'none' })), kill: () => {} };
}

test('the child gets its settings over the pipe, and of the environment only what it needs', async () => {
  process.env.NODE_OPTIONS = '--no-warnings';
  delete process.env.NODE_COMPILE_CACHE; // no service has one
  const { keeper, change } = keep();
  assert.is(keeper.online, false);
  assert.is(await codeOf(keeper.call('readCard', {}, { timeoutMs: 1000 })), 'gate/nativeAway');
  assert.is(await change(), true);
  const report = await reportOf(keeper);
  assert.equal(
    report.env.filter(name => name !== 'PWD'),
    ['PATH', 'PCSCLITE_CSOCK_NAME'],
  );
  assert.equal(report.arguments, ['--disable-sigusr1']);
  assert.is(report.keySetId, settings.pinpad.keySetId);
  assert.ok(lives(report.pid));
  await keeper.close();
  assert.not(lives(report.pid), 'it does not outlive its gate');
});

test('a child that hangs is ended, and another is started', async () => {
  const clock = new ManualClock();
  const { keeper, change } = keep({ clock });
  await change();
  const { pid } = await reportOf(keeper);
  process.kill(pid, 'SIGSTOP');
  const call = codeOf(keeper.call('readCard', {}, { timeoutMs: 1000 }));
  await clock.move(1000);
  assert.is(await call, 'door/timeout');
  const gone = change();
  await clock.move(9000);
  assert.is(await gone, false);
  const back = change();
  await clock.skip(); // the pause before the next start
  assert.is(await back, true);
  assert.not(lives(pid));
  assert.is.not((await reportOf(keeper)).pid, pid);
  await keeper.close();
});

test('a child that dies fails its commands, is reported, and is started again', async () => {
  const { keeper, change, events } = keep();
  await change();
  const { pid: first } = await reportOf(keeper);
  const gone = change();
  assert.is(
    await codeOf(keeper.call('sign', { message: Buffer.alloc(1) }, { timeoutMs: 1000 })),
    'gate/nativeAway',
  );
  assert.is(await gone, false);
  assert.is(keeper.online, false);
  assert.is(await change(), true);
  const { pid: second } = await reportOf(keeper);
  assert.is.not(second, first);
  await keeper.call('verifyPin', { timeoutMs: 1 }, { timeoutMs: 1000 });
  assert.equal(events, ['cardInserted']);
  process.kill(second, 'SIGKILL'); // as a crash in an addon
  assert.is(await change(), false);
  assert.is(await change(), true);
  await keeper.close();
});

test('a child that comes up and dies, again and again, is started ever more rarely, until one was up for a minute', async () => {
  const clock = new ManualClock();
  const { keeper, change } = keep({ clock, random: () => 0.5 });
  let up = change();
  const dieAfter = async (ms: number): Promise<number> => {
    assert.is(await up, true);
    const { pid } = await reportOf(keeper);
    clock.advance(ms);
    const gone = change();
    process.kill(pid, 'SIGKILL');
    assert.is(await gone, false);
    up = change();
    return clock.skip();
  };
  const waits: number[] = [];
  for (const ms of [0, 59_999, 0, 60_000, 0]) waits.push(await dieAfter(ms));
  assert.equal(waits, [250, 500, 1000, 250, 500]);
  await up;
  await keeper.close();
});

test('a keeper starts nothing before `start`', async () => {
  let starts = 0;
  const start = () => {
    starts++;
    return stillborn();
  };
  const more = { settings, log: silentLog, random: () => 0, onEvent: () => {}, onOnline: () => {} };
  const keeper = new NativeKeeper({ start, clock: new ManualClock(), ...more });
  await settle();
  assert.is(starts, 0);
  keeper.start();
  keeper.start();
  await settle();
  assert.is(starts, 1);
  await keeper.close();
});

test('a child that the system cannot start is reported, and tried again', async () => {
  const clock = new ManualClock();
  const logged: string[] = [];
  const note = (event: string, fields: object = {}) => logged.push(`${event} ${JSON.stringify(fields)}`);
  const error = Object.assign(new Error('spawn EMFILE'), { code: 'EMFILE' });
  const again = Promise.withResolvers<void>();
  let starts = 0;
  const { keeper } = keep({
    start: () => {
      if (++starts === 1) throw error;
      again.resolve();
      return stillborn();
    },
    log: { info: note, warn: note, error: note },
    clock,
    random: () => 0.5,
  });
  await clock.skip();
  await again.promise;
  assert.equal(logged, ['native not started {"error":"EMFILE"}', 'native starts again {"waitMs":250}']);
  await keeper.close();
});

test('a child that takes its time to start, on a slow or busy board, is waited for; one that never greets is ended', async () => {
  const clock = new ManualClock();
  const [duplex] = duplexPair();
  const { promise: killed, resolve: kill } = Promise.withResolvers<void>();
  let gone = false;
  const onExit: NativeProcess['onExit'] = ended =>
    void killed.then(() => {
      gone = true;
      ended({ code: -1, signal: 'SIGKILL' });
    });
  const { keeper } = keep({ start: () => ({ duplex, onExit, kill }), clock });
  await clock.move(29_000);
  assert.not(gone);
  await clock.move(2_000);
  await killed;
  await keeper.close();
});

test('a child that can’t start is tried again with waits that double up to their limit, and jitter', async () => {
  const clock = new ManualClock();
  const waits: number[] = [];
  const enough = Promise.withResolvers<void>();
  const sleep = clock.sleep.bind(clock);
  clock.sleep = (ms, signal) => {
    if (ms === 30_000) return sleep(ms, signal); // the greeting's deadline
    waits.push(ms);
    if (waits.length < 9) return Promise.resolve();
    enough.resolve();
    return sleep(ms, signal);
  };
  const { keeper } = keep({ start: stillborn, clock, random: () => 0.5 });
  await enough.promise;
  assert.equal(waits, [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  await keeper.close();
});

test.run();
