// An attacker who controls the broker: what it receives, as places to search.
import type { Shop } from '../../simulator/shop/shop.ts';
import { listenAtBroker } from '../broker-listener.ts';
import type { Place } from './streams.ts';

export interface Eavesdropper {
  received: Place[];
  close(): Promise<void>;
}

/** To be started before the terminal: it has what comes from then on. */
export async function eavesdrop(shop: Shop): Promise<Eavesdropper> {
  const received: Place[] = [];
  const take = (topic: string, bytes: Buffer) => void received.push({ where: `MQTT ${topic}`, bytes });
  return { received, close: await listenAtBroker(shop, take) };
}
