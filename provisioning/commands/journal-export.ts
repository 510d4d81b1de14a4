// madoguchi journal export: a journal's entries as JSON lines.
import { recordType } from '../../agent/journal/commit-format.ts';
import type { Command } from '../command-line/command.ts';
import { exportEntry } from '../journal/entry.ts';
import { openRecords, salvageOption } from '../journal/examination.ts';
import { transactionOf, unknownTransaction } from '../journal/incident.ts';
import { sourceNotes, sourceOptions } from '../journal/source.ts';
import { faultLines } from '../journal/verify-lines.ts';

export const journalExport: Command = {
  name: 'journal export',
  summary: 'Write a journal’s entries as JSON lines, one an entry',
  notes: `${sourceNotes}
Bytes are hex digits. No key, no PIN and nothing personal is in a journal, and only fields that the contract with the hub
names come out; an entry that this version does not know is given as its number and a code.
Of a journal that was tampered with nothing comes out, unless --salvage is given; standard error says what is wrong with it.
Exit code: 0, or 1 tampered with, 2 options not understood, 3 it, or an entry of it, can't be read.`,
  options: {
    ...sourceOptions,
    transaction: { type: 'string', value: 'ID', help: 'Only the entries of this transaction' },
    ...salvageOption,
  },
  async run(values, print, note) {
    const wanted = typeof values.transaction === 'string' ? transactionOf(values.transaction) : undefined;
    const { source, records, faults } = await openRecords(values);
    for (const line of faultLines(faults)) note(line);
    let unread = 0;
    let shown = 0;
    for (const record of records) {
      if (record.type !== recordType.entry) continue;
      const entry = exportEntry(record, source.log);
      if (entry.undecoded !== undefined) unread++;
      if (wanted !== undefined && entry.transaction !== wanted) continue;
      print(JSON.stringify(entry));
      shown++;
    }
    if (faults.length > 0) return 1;
    if (wanted !== undefined && shown === 0) throw unknownTransaction(wanted);
    if (unread > 0)
      note(`${unread} entries are of another version and were not read: use the agent’s own version.`);
    return unread > 0 ? 3 : 0;
  },
};
