// What one bare TLS 1.3 stream carries from the shop to the hub: what the drain is compared with.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import { makeAuthority } from '../../simulator/hub/keys/authority.ts';
import type { Line } from './line.ts';

/** Bytes/s, from the first byte to the end of `seconds`. */
export async function bareStream(line: Line, seconds: number): Promise<number> {
  const authority = await makeAuthority('Bare', newKeyPair(), Date.now);
  const { key, certificate } = await authority.server('bare');
  const { promise: rate, resolve } = Promise.withResolvers<number>();
  const server = createServer({ key, cert: certificate, minVersion: 'TLSv1.3' }, socket => {
    let [bytes, began, last] = [0, 0, 0];
    socket.on('error', () => undefined);
    socket.on('data', ({ length }) => {
      last = performance.now();
      if (began === 0) began = last;
      else bytes += length;
      if (last - began >= seconds * 1000) {
        resolve((1000 * bytes) / (last - began));
        socket.destroy();
      }
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await line.open(port);
  const client = fileURLToPath(new URL('bare-client.fixture.ts', import.meta.url));
  const [file = '', ...args] = [...line.inShop, process.execPath, client, String(port), String(10 * seconds)];
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', file, ...args], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  try {
    return await Promise.race([
      rate,
      gone.then(() => {
        throw new Error('the bare stream ended early');
      }),
    ]);
  } finally {
    child.kill();
    await gone;
    server.close();
  }
}
