// A gate that only greets: node gate.fixture.ts SOCKET [stubborn]. Stubborn: does not end on SIGTERM.
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { systemClock } from '../../../drivers/base/clock.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import { serveGate } from './gate-server.ts';

const [socket, stubborn] = process.argv.slice(2);
rmSync(socket!, { force: true });
if (stubborn) process.on('SIGTERM', () => undefined);
createServer(
  client => void serveGate(client, { clock: systemClock, log: silentLog }).catch(() => undefined),
).listen(socket);
