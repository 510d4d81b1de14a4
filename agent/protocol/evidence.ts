// What the gate signs about paper: the hub refunds, or closes a case, on this and not on the agent's word.
import * as v from 'valibot';
import { contextOf } from './context.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { count, digest, parse, terminalId, text, transactionId } from './schema.ts';

/** What the gate says of the paper. */
export const printResult = v.picklist(['printed', 'notPrinted', 'unknown']);

const evidence = v.strictObject({
  transaction: transactionId,
  terminal: terminalId,
  /** SHA-256 of the manifest as it came, and of the PDF that was sent to the printer. */
  manifestDigest: digest,
  pdfDigest: digest,
  result: printResult,
  /** The printer's job id and its last job-state, e.g. `completed`. */
  job: count(0, 2 ** 31 - 1),
  jobState: text(40),
  /** Sides that the printer counted (-1: it did not tell), and pages times copies. */
  impressions: count(-1, 9999),
  expected: count(1, 9999),
});

export type PrintResult = v.InferOutput<typeof printResult>;
export type Evidence = v.InferOutput<typeof evidence>;

export const signEvidence = (body: Evidence, gate: KeyPair): Buffer =>
  sign1(body, gate, contextOf.evidence(body.transaction));
export const readEvidence = (message: Uint8Array, transaction: Buffer, gate: CoseKey): Evidence =>
  parse(evidence, verify1(message, gate, contextOf.evidence(transaction)));
