// What the gate signs about paper. The hub refunds or closes a claim by this evidence, not by what the agent reports.
import * as v from 'valibot';
import { contextOf } from './context.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { boundTo } from './place.ts';
import { count, digest, parse, terminalId, text, transactionId } from './schema.ts';

/** The gate's result of a print. */
export const printResult = v.picklist(['printed', 'notPrinted', 'unknown']);

/** What became of a print. */
export const evidence = v.strictObject({
  transaction: transactionId,
  terminal: terminalId,
  /** SHA-256 of the manifest as received, and of the PDF that was sent to the printer. */
  manifestDigest: digest,
  pdfDigest: digest,
  result: printResult,
  /** The printer's job id and its last job-state, e.g. `completed`. */
  job: count(0, 2 ** 31 - 1),
  jobState: text(40),
  /** Sides that the printer counted (-1: not reported), and sides expected: pages times copies. */
  impressions: count(-1, 9999),
  expected: count(1, 9999),
});

export type PrintResult = v.InferOutput<typeof printResult>;
export type Evidence = v.InferOutput<typeof evidence>;

export const signEvidence = (body: Evidence, gate: KeyPair): Buffer =>
  sign1(body, gate, contextOf.evidence(body.transaction));
export const readEvidence = (message: Uint8Array, transaction: Buffer, gate: CoseKey): Evidence =>
  boundTo(
    parse(evidence, verify1(message, gate, contextOf.evidence(transaction))),
    'transaction',
    transaction,
  );
