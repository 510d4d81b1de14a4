// What the log says of records that the hub refused: one line for an acknowledgement, however many it names.
import type { Acknowledgement } from '../protocol/ledger.ts';

/** `refused` is not empty; `code` is that of the first record. */
export function refusedFields(refused: Acknowledgement['refused']): {
  records: number;
  from: number;
  upto: number;
  code: string;
} {
  const [first] = refused;
  return { records: refused.length, from: first!.seq, upto: refused.at(-1)!.seq, code: first!.code };
}
