// timeout: 90 s
// A process with the network opens no device, and a process with devices opens no network: by strace, over a whole issue.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import type { ProcessName } from '../../simulator/terminal/log-entry.ts';
import { type Door, type DoorKind, doorsOf } from './doors.ts';
import { callsIn } from './strace.ts';
import { strace, TracedShop } from './traced-shop.ts';

const test = suite<{ doors: Record<ProcessName, Door[]>; processes: string[] }>('doors');
const traced = ['-e', 'trace=%desc,%network,%process,io_uring_setup'];

test.before(async context => {
  const stage = await TracedShop.open(traced);
  try {
    assert.is(await stage.shop.visit({ resident: 'm101' }), 'issued');
    await stage.shop.ended();
    await stage.endAgent();
    const doors = (name: ProcessName) => doorsOf(stage.calls(name));
    context.processes = stage.processes();
    context.doors = { agent: doors('agent'), gate: doors('gate'), native: doors('native') };
  } finally {
    await stage.close();
  }
});

const through = (doors: readonly Door[], ...kinds: DoorKind[]) =>
  doors.filter(({ kind }) => kinds.includes(kind)).map(({ call }) => call);

test('there are three processes, and no other that opens a device or network for them', ({ processes }) => {
  assert.equal(processes.sort(), ['agent', 'gate', 'native']);
});

test('the agent opens no tty, HID device, smart card service or printer', ({ doors }) => {
  assert.equal(through(doors.agent, 'tty', 'hid', 'pcsc', 'printer', 'hidden'), []);
});

test('the gate has no network, and no device but its page printer', ({ doors }) => {
  assert.equal(through(doors.gate, 'network', 'tty', 'hid', 'pcsc', 'hidden'), []);
});

test('the native process has no network, and no page printer', ({ doors }) => {
  assert.equal(through(doors.native, 'network', 'printer', 'hidden'), []);
});

test('the detector sees what each process may open: network, page printer, serial lines and smart cards', ({
  doors,
}) => {
  assert.ok(through(doors.agent, 'network').length > 0);
  assert.ok(through(doors.gate, 'printer').length > 0);
  assert.ok(through(doors.native, 'pcsc').length > 0);
  const lines = through(doors.native, 'tty');
  for (const device of ['/devices/pad/', '/devices/receipt/'])
    assert.ok(
      lines.some(call => call.startsWith('openat') && call.includes(device)),
      device,
    );
});

test('the detector sees a planted opening of each kind, also from a thread', () => {
  const folder = temporaryFolder('doors');
  const plants: Partial<Record<DoorKind, string>> = {
    tty: `require('node:fs').closeSync(require('node:fs').openSync('/dev/ptmx', 'r+'))`,
    hid: `require('node:fs').readFile('/dev/hidraw0', () => {})`, // in a thread of libuv's pool
    pcsc: `require('node:net').connect('/run/pcscd/pcscd.comm').on('error', () => {})`,
    printer: `require('node:net').connect('${folder}/page-printer.sock').on('error', () => {})`,
    network: `require('node:net').connect(9, '127.0.0.1').on('error', () => {})`,
  };
  try {
    for (const [kind, plant] of Object.entries(plants)) {
      const trace = mkdtempSync(join(folder, 'trace-'));
      execFileSync(
        'setpriv',
        [
          '--pdeathsig',
          'KILL',
          ...strace,
          '-o',
          join(trace, 'thread'),
          ...traced,
          process.execPath,
          '-e',
          plant,
        ],
        {
          env: { PATH: process.env.PATH },
          stdio: 'ignore',
        },
      );
      const found = doorsOf(callsIn(trace)).map(door => door.kind);
      assert.ok(found.includes(kind as DoorKind), `${kind}: found ${found}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the detector sees a ring through which files would be opened unseen', () => {
  const text = 'io_uring_setup(64, {flags=IORING_SETUP_SQPOLL, sq_thread_cpu=0}) = 9<anon_inode:[io_uring]>';
  assert.is(doorsOf([{ pid: 1, at: 0, name: 'io_uring_setup', text }])[0]?.kind, 'hidden');
});

test.run();
