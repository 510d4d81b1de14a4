// What each command of the gate takes, checked at its door before anything else sees it.
import * as v from 'valibot';
import type { GateCommands } from '../../drivers/contract/commands.ts';
import { receiptParams, timeoutMs } from '../../drivers/contract/params.ts';
import { chunkLimit, documentLimit } from '../protocol/document.ts';
import { count, nonce, someBytes } from '../protocol/schema.ts';

const transaction = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));

export const gateParams = {
  status: v.strictObject({}),
  open: v.strictObject({ transaction }),
  readCard: v.strictObject({ transaction }),
  verifyPin: v.strictObject({ transaction, timeoutMs }),
  authenticate: v.strictObject({ transaction, challenge: nonce }),
  order: v.strictObject({
    transaction,
    token: someBytes(2048),
    challenge: nonce,
    order: v.record(v.string(), v.unknown()),
  }),
  putDocument: v.strictObject({
    transaction,
    offset: count(0, documentLimit),
    size: count(1, documentLimit),
    chunk: someBytes(chunkLimit),
  }),
  check: v.strictObject({ transaction }),
  createJob: v.strictObject({ transaction }),
  print: v.strictObject({ transaction, timeoutMs }),
  printReceipt: receiptParams,
  close: v.strictObject({ transaction }),
} satisfies { [N in keyof GateCommands]: v.GenericSchema<unknown, GateCommands[N][0]> };
