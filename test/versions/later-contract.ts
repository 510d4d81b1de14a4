// A version 2 and a version 3 of the contract, as a test may have them and the product has not: version 2 gives questions, answers and batches a
// new field each, and leaves the other messages as they are; version 3 changes nothing.
import * as v from 'valibot';
import type { Contract } from '../../agent/protocol/contract.ts';
import { answerEnvelope, questionEnvelope } from '../../agent/protocol/exchange.ts';
import { batch } from '../../agent/protocol/ledger.ts';
import { count } from '../../agent/protocol/schema.ts';

const forms: Contract['forms'] = {
  request: {
    2: {
      schema: v.strictObject({ ...questionEnvelope.entries, language: v.picklist(['ja', 'en']) }),
      write: body => ({ ...body, language: 'ja' }),
    },
  },
  reply: {
    2: {
      schema: v.strictObject({ ...answerEnvelope.entries, tookMs: count(0, 600_000) }),
      write: body => ({ ...body, tookMs: 7 }),
    },
  },
  ledger: {
    2: {
      schema: v.strictObject({ ...batch.entries, disks: count(1, 2) }),
      write: body => ({ ...body, disks: 1 }),
    },
  },
};

/** What a terminal or a hub of these versions speaks. */
export const speaking = (...versions: number[]): Contract => ({ versions, forms });
