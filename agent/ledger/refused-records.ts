// What the log says of records that the hub refused: one line for an acknowledgement, however many it names.
import type { Acknowledgement } from '../protocol/ledger.ts';

/** `refused` is not empty; `code` and `path` are those of the first record. */
export function refusedFields(refused: Acknowledgement['refused']): {
  records: number;
  from: number;
  upto: number;
  code: string;
  path?: string;
} {
  const { seq: from, code, path } = refused[0]!;
  return { records: refused.length, from, upto: refused.at(-1)!.seq, code, ...(path && { path }) };
}
