// Mistakes in a copy of the hub, which the judge has to find: by the vectors, by the kit, or by a visit.
import type { Mutant } from './python-hub.ts';

/** The first is found by the vectors, without a hub. */
export const misread: Mutant = {
  what: 'reads CBOR that is not the deterministic one',
  file: 'cbor.py',
  find: 'if _allowed(value, 0) and encode(value) == data:',
  replace: 'if _allowed(value, 0):',
};

/** By requirement, which the kit says is not kept. */
export const failing: Readonly<Record<string, Mutant>> = {
  'MDG-H-050': {
    what: 'takes any fee',
    file: 'city.py',
    find: 'if order["feeYen"] == kind["feeYen"] * order["copies"] else',
    replace: 'if order["feeYen"] else',
  },
};

/** By a visit. */
export const mutants: readonly Mutant[] = [
  {
    what: 'counts no money',
    file: 'ledger.py',
    find: 'record["keptYen"], record["owedYen"], result)',
    replace: '0, record["owedYen"], result)',
  },
  {
    what: 'stamps another resident',
    file: 'pdf.py',
    find: '"subject": subject',
    replace: '"subject": bytes(16)',
  },
  {
    what: 'acknowledges what it does not store',
    file: 'ledger.py',
    find: 'if seq > upto:',
    replace: 'if seq > upto and seq % 2:',
  },
];
