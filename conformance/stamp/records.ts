// The records of a file's pages, as the caller names them.
import * as v from 'valibot';
import type { PageStamp } from '../../agent/protocol/page-stamp.ts';
import { UsageError } from '../form.ts';

const sixteenBytes = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{32}$/, '32 lower-case hex digits'),
  v.transform(hex => Buffer.from(hex, 'hex')),
);

const records = v.strictObject({
  transaction: sixteenBytes,
  /** In page order. `subject`: the pseudonym, in this transaction, of the resident whose record the page shows. */
  pages: v.pipe(v.array(v.strictObject({ subject: sixteenBytes })), v.minLength(1), v.maxLength(99)),
});

/** Errors: UsageError with the path of the field. */
export function readRecords(json: string): PageStamp[] {
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch (cause) {
    throw new UsageError(`The records are no JSON: ${(cause as Error).message}`);
  }
  const { success, output, issues } = v.safeParse(records, read);
  if (!success)
    throw new UsageError(
      `The records are wrong: ${v.getDotPath(issues[0]) ?? 'the whole'}: ${issues[0].message}`,
    );
  const { transaction, pages } = output;
  return pages.map(({ subject }, i) => ({ transaction, subject, page: i + 1, pages: pages.length }));
}
