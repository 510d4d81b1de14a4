// The residents of a town, their cards and records, and what each of them comes to the terminal for.
import { createHmac } from 'node:crypto';
import type { Order } from '../../../../agent/protocol/order-choice.ts';
import { pick } from '../../../../simulator/customer/seeded-random.ts';

export interface Resident {
  id: number;
  /** The card's, as the gate sees it: bytes. */
  certificate: Buffer;
  /** Persons in the household: they are ordered by number. */
  members: number;
  /** Pages that a certificate of this household takes. */
  pages: number;
}

/** What stands on one page. */
export interface Words {
  /** 発行番号: which issue this is. */
  issue: number;
  transaction: string;
  resident: number;
  /** The record's state: the present one is 2. */
  version: number;
  /** Which person of the household. */
  member: number;
  order: Order;
  page: number;
  pages: number;
}

export const presentVersion = 2;

export const residents: readonly Resident[] = Array.from({ length: 500 }, (_, id) => ({
  id,
  certificate: Buffer.from(`the certificate of card ${id}`),
  members: 2 + (id % 3),
  pages: 1 + (id % 4),
}));

const commonKey = Buffer.alloc(32, 7);
/** As both services make it, each from its own record (agent/protocol/subject-token.ts). */
export const pseudonym = (resident: Resident, transaction: Buffer): Buffer =>
  createHmac('sha256', commonKey)
    .update(Buffer.from([resident.id >> 8, resident.id & 0xff]))
    .update(transaction)
    .digest()
    .subarray(0, 16);

export function wishOf(resident: Resident, random: () => number): Order {
  const copies = 1 + Math.floor(random() * 3);
  return {
    municipality: pick(['132047', '011002'], random),
    kind: pick(['residentRecord', 'sealRegistration', 'taxation'], random),
    options: {
      relation: pick(['shown', 'hidden'], random),
      members: [Math.floor(random() * resident.members)],
    },
    copies,
    feeYen: copies * pick([200, 300], random),
    media: 'iso_a4_210x297mm',
    sides: pick(['one-sided', 'two-sided-long-edge'] as const, random),
  };
}

/** The household member that the order is about. */
export const memberOf = ({ options }: Order): number => (options.members as number[])[0]!;
