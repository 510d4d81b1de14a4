// Starts a virtual reader with a card, in the folder of argument 1. Sends its socket to the parent process, and ends when it
// receives a message.
import { makeCardAuthority } from '../../../simulator/card/authority.ts';
import { startCardReader } from '../../../simulator/card/reader.ts';

export interface Started {
  socketName: string;
  /** Process id of its pcscd. */
  pid: number;
}

const reader = await startCardReader({ dir: process.argv[2]! });
await reader.insert((await makeCardAuthority()).issue());
process.send?.({ socketName: reader.socketName, pid: reader.pid } satisfies Started);
process.once('message', async () => {
  await reader.close();
  process.disconnect();
});
