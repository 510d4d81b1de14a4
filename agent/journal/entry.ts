// What the users of the journal see of a record.
import { recordType, type SealedRecord } from './commit-format.ts';

/** An entry's sequence number (from 1, without gaps) and the tag that it was sealed with (16 bytes). */
export interface Position {
  seq: number;
  tag: Buffer;
}

export interface Entry extends Position {
  body: Buffer;
}

export const entriesOf = (records: readonly SealedRecord[]): Entry[] =>
  records
    .filter(record => record.type === recordType.entry)
    .map(({ seq, tag, body }) => ({ seq, tag, body }));
