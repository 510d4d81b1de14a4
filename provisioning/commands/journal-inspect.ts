// madoguchi journal inspect: what a journal holds, for a person.
import type { Command } from '../command-line/command.ts';
import { examine, exitCodeOf } from '../journal/examination.ts';
import { inspectLines, structureLines } from '../journal/inspect-lines.ts';
import { sourceNotes, sourceOptions } from '../journal/source.ts';
import { faultLines, reasonLines } from '../journal/verify-lines.ts';

export const journalInspect: Command = {
  name: 'journal inspect',
  summary: 'Say what a journal holds: segments, the hub’s cursor, open transactions, how it ended',
  notes: `${sourceNotes}
Exit code: 0, or 1 where it was tampered with or set aside, 2 options not understood, 3 it can't be read.`,
  options: sourceOptions,
  async run(values, print) {
    const examination = await examine(values);
    const { snapshot, segments, faults, reason, journal } = examination;
    const lines = journal ? inspectLines(snapshot, journal) : structureLines(snapshot, segments);
    for (const line of [...lines, ...faultLines(faults), ...reasonLines(reason)]) print(line);
    return exitCodeOf(examination);
  },
};
