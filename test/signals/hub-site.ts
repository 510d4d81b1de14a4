// What the hub's process needs around it: a broker that knows it, its keys, and the authority of the cards.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCardAuthority } from '../../simulator/card/authority.ts';
import { startBroker } from '../../simulator/hub/broker.ts';
import { makeAuthority } from '../../simulator/hub/keys/authority.ts';
import { openHubKeys } from '../../simulator/hub/keys/hub-keys.ts';
import type { Site } from './programs.ts';

/** `dir`: an empty folder. */
export async function startHubSite(dir: string): Promise<{ hub: Site['hub']; close(): Promise<void> }> {
  const folder = join(dir, 'hub');
  await mkdir(folder);
  const keys = openHubKeys(join(folder, 'keys'));
  const link = await makeAuthority('Madoguchi link', keys.link, Date.now);
  const { certificateDer } = await makeCardAuthority();
  await writeFile(join(folder, 'card-authority.der'), certificateDer);
  const broker = await startBroker({ dir: join(dir, 'broker'), link, stores: true });
  return { hub: { broker: broker.url, folder }, close: () => broker.close() };
}
