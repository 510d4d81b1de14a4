// The agent's door to the gate on a real Unix socket, and a gate that goes, comes back, or was never there.
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GateKeeper, type GateNews } from '../../../agent/counter/gate-connection.ts';
import type { Log } from '../../../drivers/base/log.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { codeOf } from '../../refusal.ts';
import { serveGate } from './gate-server.ts';
import { WatchedClock } from './watched-clock.ts';

/** Of all sleeps: a greeting's deadline (door-link.ts) and a child's term of grace are none of the keeper's pauses. */
const deadlineMs = 5000;
const transaction = '0'.repeat(32);
const fixture = fileURLToPath(new URL('gate.fixture.ts', import.meta.url));

class Rig {
  readonly clock = new WatchedClock();
  readonly news: GateNews[] = [];
  readonly logged: { event: string; fields: object }[] = [];
  readonly keeper: GateKeeper;
  readonly socket: string;
  readonly #folder: string;
  readonly #lines = new Set<Socket>();
  #server: Server | undefined;
  #watchers: (() => void)[] = [];

  private constructor(folder: string, command?: (socket: string) => string[]) {
    this.#folder = folder;
    this.socket = join(folder, 'gate.sock');
    const note = (event: string, fields = {}) => {
      this.logged.push({ event, fields });
      this.#look();
    };
    const log: Log = { info: note, warn: note, error: note };
    const { clock, socket } = this;
    this.keeper = new GateKeeper({
      socket,
      ...(command && { command: command(socket) }),
      software: 'test',
      clock,
      log,
      random: () => 0.75,
    });
    this.keeper.onNews(news => {
      this.news.push(news);
      this.#look();
    });
  }

  static async open(command?: (socket: string) => string[]): Promise<Rig> {
    return new Rig(temporaryFolder('madoguchi-gate'), command);
  }

  get pauses(): number[] {
    return this.clock.slept.filter(ms => ms !== deadlineMs);
  }

  /** Listens as the gate does. `greeted` is called with the served door's line. */
  async serve(greeted: (line: Socket) => void = () => undefined): Promise<void> {
    const { clock } = this;
    await this.#listen(line => {
      const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
      serveGate(line, { clock, log }).then(
        door => {
          door.emit({ name: 'cardInserted', payload: {} });
          greeted(line);
        },
        () => undefined, // the keeper was closed meanwhile
      );
    });
  }

  /** Listens, and says nothing to whoever comes. */
  serveSilence(): Promise<void> {
    return this.#listen(() => this.#look());
  }

  #listen(take: (line: Socket) => void): Promise<void> {
    this.#server = createServer(line => {
      line.on('error', () => undefined);
      this.#lines.add(line);
      take(line);
    });
    return new Promise(resolve => this.#server?.listen(this.socket, resolve));
  }

  get visitors(): number {
    return this.#lines.size;
  }

  /** The gate dies, and its socket with it. */
  async die(): Promise<void> {
    for (const line of this.#lines) line.destroy();
    this.#lines.clear();
    await new Promise<void>(resolve => (this.#server ? this.#server.close(() => resolve()) : resolve()));
    this.#server = undefined;
  }

  /** Resolves once `what` holds, looked at whenever something happened. */
  until(what: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const watch = () => {
        if (what()) resolve();
        else this.#watchers.push(watch);
      };
      watch();
    });
  }

  #look(): void {
    for (const watch of this.#watchers.splice(0)) watch();
  }

  times(is: GateNews['is']): number {
    return this.news.filter(news => news.is === is).length;
  }

  async close(): Promise<void> {
    await this.keeper.close();
    await this.die();
    await rm(this.#folder, { recursive: true });
    assert.is(this.clock.sleeping, 0, 'a timer was left');
  }
}

/** The process that answers. */
async function call(keeper: GateKeeper): Promise<{ pid: number }> {
  const piece = { transaction, offset: 0, size: 1, chunk: Buffer.alloc(1) };
  const { received: pid } = await keeper.call('putDocument', piece, { timeoutMs: 60_000 });
  return { pid };
}

test('with the door open a call is answered, and what the gate says is passed on', async () => {
  const rig = await Rig.open();
  await rig.serve();
  rig.keeper.start();
  await rig.until(() => rig.times('event') === 1);
  assert.equal(
    rig.news.map(({ is }) => is),
    ['open', 'event'],
  );
  assert.equal(await call(rig.keeper), { pid: process.pid });
  await rig.close();
});

test('while the door is closed a call fails at once; the keeper is back when the gate is', async () => {
  const rig = await Rig.open();
  assert.is(await codeOf(call(rig.keeper)), 'door/closed');
  await rig.serve();
  rig.keeper.start();
  await rig.until(() => rig.times('open') === 1);
  await rig.die();
  await rig.until(() => rig.times('closed') === 1);
  assert.is(await codeOf(call(rig.keeper)), 'door/closed');
  await rig.serve();
  await rig.until(() => rig.times('open') === 2);
  assert.equal(await call(rig.keeper), { pid: process.pid });
  await rig.close();
});

test('a gate that is not there is looked for with growing pauses, and complained of once', async () => {
  const rig = await Rig.open();
  rig.keeper.start();
  while (rig.pauses.length < 9) await rig.clock.sleep(deadlineMs);
  assert.equal(rig.pauses.slice(0, 9), [75, 150, 300, 600, 1200, 2400, 4800, 7500, 7500]);
  assert.is(rig.logged.length, 1);
  await rig.close();
});

test('a gate that greets and dies at once is not run after; one that stayed is looked for soon', async () => {
  const rig = await Rig.open();
  let dies = true;
  await rig.serve(line => {
    if (dies) line.destroy();
  });
  rig.keeper.start();
  await rig.until(() => rig.times('closed') === 5);
  dies = false;
  await rig.until(() => rig.times('open') === 6);
  assert.equal(rig.pauses, [75, 150, 300, 600, 1200]);
  rig.clock.setOn(60_000);
  await rig.die();
  await rig.serve();
  await rig.until(() => rig.times('open') === 7);
  assert.is(rig.pauses[5], 75);
  await rig.close();
});

test('a gate that died again and again, and takes its time to start, is looked for as soon as any other', async () => {
  const rig = await Rig.open();
  await rig.serve(line => line.destroy());
  rig.keeper.start();
  await rig.until(() => rig.times('closed') === 5);
  await rig.die();
  while (rig.pauses.length < 8) await rig.clock.sleep(deadlineMs);
  assert.equal(rig.pauses.slice(0, 8), [75, 150, 300, 600, 1200, 75, 150, 300]);
  await rig.close();
});

test('close does not wait for a gate that does not greet, and opens no door any more', async () => {
  const rig = await Rig.open();
  await rig.serveSilence();
  rig.keeper.start();
  await rig.until(() => rig.visitors === 1);
  await rig.close();
  assert.equal(rig.news, []);
});

const isGone = (pid: number) => assert.throws(() => process.kill(pid, 0), /ESRCH/);

test('a gate of its own is started, and started again when it dies', async () => {
  const rig = await Rig.open(socket => [process.execPath, fixture, socket]);
  rig.keeper.start();
  await rig.until(() => rig.times('open') === 1);
  const { pid: first } = await call(rig.keeper);
  process.kill(first, 'SIGKILL');
  await rig.until(() => rig.times('open') === 2);
  const { pid: second } = await call(rig.keeper);
  assert.is.not(second, first);
  await rig.close();
  isGone(second);
});

test('a gate that outlived an agent is used, and no other is started beside it', async () => {
  const rig = await Rig.open(socket => [process.execPath, fixture, socket]);
  await rig.serve();
  rig.keeper.start();
  await rig.until(() => rig.times('open') === 1);
  assert.equal(await call(rig.keeper), { pid: process.pid });
  assert.equal(rig.logged, []);
  await rig.die();
  await rig.until(() => rig.times('open') === 2);
  assert.is.not((await call(rig.keeper)).pid, process.pid);
  await rig.close();
});

test('a gate of its own that hangs is ended, and another one started', async () => {
  const rig = await Rig.open(socket => [process.execPath, fixture, socket]);
  rig.keeper.start();
  await rig.until(() => rig.times('open') === 1);
  const { pid: first } = await call(rig.keeper);
  process.kill(first, 'SIGSTOP');
  assert.is(await codeOf(call(rig.keeper)), 'door/stuck');
  await rig.until(() => rig.times('open') === 2);
  const { pid: second } = await call(rig.keeper);
  assert.is.not(second, first);
  isGone(first);
  await rig.close();
});

test('close ends a gate of its own that will not end', async () => {
  const rig = await Rig.open(socket => [process.execPath, fixture, socket, 'stubborn']);
  rig.keeper.start();
  await rig.until(() => rig.times('open') === 1);
  const { pid } = await call(rig.keeper);
  await rig.close();
  isGone(pid);
});

test('a gate that cannot be started is tried again, and close does not wait for it', async () => {
  const rig = await Rig.open(() => ['/nonexistent/gate']);
  rig.keeper.start();
  await rig.until(() => rig.logged.filter(({ event }) => event === 'gate not started').length === 3);
  await rig.close();
});

test.run();
