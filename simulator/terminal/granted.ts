// What a hub granted to a terminal, as `madoguchi enrol` wrote it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfiguration } from '../../agent/protocol/configuration.ts';
import { readKeySet } from '../../agent/protocol/key-set.ts';
import { readRoot } from '../../agent/protocol/root.ts';

export interface Granted {
  own: { terminal: string; epoch: number; broker: string };
  /** Names on the screen, by municipality code. */
  cities: ReadonlyMap<string, string>;
}

/** Errors: the system's; those of the readers of agent/protocol. */
export async function grantedTo(home: string): Promise<Granted> {
  const file = (name: string) => readFile(join(home, 'agent', name));
  const { terminal, epoch, broker } = JSON.parse((await file('agent.json')).toString()) as Granted['own'];
  const { keys } = readKeySet(await file('key-set.cbor'), readRoot(await file('root.cbor')));
  const configuration = readConfiguration(await file('configuration.cbor'), terminal, keys.configuration);
  const cities = Object.entries(configuration.municipalities).map(
    ([code, { name }]) => [code, name] as const,
  );
  return { own: { terminal, epoch, broker }, cities: new Map(cities) };
}
