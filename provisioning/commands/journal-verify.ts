// madoguchi journal verify: whether a journal is as an agent wrote it.
import type { Command } from '../command-line/command.ts';
import { examine, exitCodeOf } from '../journal/examination.ts';
import { sourceNotes, sourceOptions } from '../journal/source.ts';
import { faultLines, reasonLines, seemsSoundLines, soundLines } from '../journal/verify-lines.ts';

export const journalVerify: Command = {
  name: 'journal verify',
  summary: 'Say whether a journal was altered, cut, reordered, copied or mixed, and where',
  notes: `${sourceNotes}
With the key it walks everything as the agent does at its start. Without, it sees the structure, and says what that can't show.
Exit code: 0 sound, 1 tampered with or set aside, 2 options not understood, 3 it can't be read.`,
  options: sourceOptions,
  async run(values, print) {
    const examination = await examine(values);
    const { snapshot, segments, faults, reason, journal } = examination;
    const sound = journal ? soundLines(snapshot, journal) : seemsSoundLines(snapshot, segments);
    const verdict = faults.length > 0 ? faultLines(faults) : sound;
    for (const line of [...verdict, ...reasonLines(reason)]) print(line);
    return exitCodeOf(examination);
  },
};
