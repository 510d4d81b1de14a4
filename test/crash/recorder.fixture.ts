// The thread behind a device: serves it over NBD from memory, keeps the order of writes and flushes, is slow or fails
// when ordered. It has a thread of its own, because the thread that uses the device may wait for it in a system call.

import { createServer } from 'node:net';
import { constants } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { ClientReader, command, greeting, type Request, reply } from './nbd-wire.ts';
import { type Orders, type RecorderSetup, slot } from './recorder.ts';
import type { Operation, Recording } from './recording.ts';

const { bytes, counters, socket } = workerData as RecorderSetup;
const image = Buffer.from(bytes);
const count = new Int32Array(counters);
const blockBytes = 4096;

let orders: Orders = {};
let base: Uint8Array | undefined;
let operations: Operation[] = [];
let busyUntil = 0;

/** A card does one thing after the other. What was slept too long is taken off the next wait. */
function spend(ms: number): void {
  const now = performance.now();
  busyUntil = Math.max(now - 1, busyUntil) + ms;
  if (busyUntil > now) Atomics.wait(count, slot.never, 0, busyUntil - now);
}

function record(operation: Operation): void {
  if (!base) return;
  operations.push(operation);
  Atomics.add(count, slot.operations, 1);
}

/** The answer: data to read, or an errno. */
function perform({ type, offset, length, data }: Request): { errno: number; read?: Buffer } {
  if (type === command.read) return { errno: 0, read: image.subarray(offset, offset + length) };
  if (type === command.write) {
    Atomics.add(count, slot.writes, 1);
    if (orders.blockUs) spend((orders.blockUs / 1000) * Math.ceil(length / blockBytes));
    if (orders.failWrites) {
      orders.failWrites--;
      return { errno: constants.errno.EIO };
    }
    data.copy(image, offset);
    record({ offset, data: Uint8Array.from(data) });
    return { errno: 0 };
  }
  if (type !== command.flush) return { errno: constants.errno.EINVAL };
  Atomics.add(count, slot.flushes, 1);
  if (orders.flushMs) spend(orders.flushMs);
  if (orders.failFlushes) {
    orders.failFlushes--;
    return { errno: constants.errno.EIO };
  }
  record({ offset: 0 });
  return { errno: 0 };
}

const server = createServer(client => {
  client.on('error', () => client.destroy()); // nbdfuse ended: so has the device
  client.write(greeting);
  const reader = new ClientReader(
    image.length,
    answer => client.write(answer),
    request => {
      if (request.type === command.disconnect) return client.end();
      const { errno, read } = perform(request);
      return client.write(reply(request.cookie, errno, read));
    },
  );
  client.on('data', chunk => reader.take(chunk));
});
server.listen(socket, () => parentPort!.postMessage('listening'));

parentPort!.on('message', (message: Orders | 'record' | 'stop') => {
  if (message === 'record') {
    base = Uint8Array.from(image);
    parentPort!.postMessage('recording');
  } else if (message === 'stop') {
    const recording: Recording = { base: base!, operations };
    base = undefined;
    operations = [];
    parentPort!.postMessage(recording);
  } else {
    orders = message;
    parentPort!.postMessage('ordered');
  }
});
