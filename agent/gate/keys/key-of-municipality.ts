// Which issuing service an order is for: each municipality's service has its own keys, and none may stand for another's.
import type { CoseKey } from '../../protocol/cose-key.ts';
import type { Order } from '../../protocol/order-choice.ts';
import { GateRefusal } from '../gate-refusal.ts';

/** The key of the ordered municipality. Errors: gate/orderUnserved. */
export function keyOfMunicipality(keys: Readonly<Record<string, CoseKey>>, { municipality }: Order): CoseKey {
  const key = keys[municipality];
  if (!key) throw new GateRefusal('gate/orderUnserved', { detail: { municipality } });
  return key;
}
