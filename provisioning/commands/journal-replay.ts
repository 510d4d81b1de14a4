// madoguchi journal replay: runs a recorded transaction through the machine again.
import { next } from '../../agent/transaction/next.ts';
import type { Command } from '../command-line/command.ts';
import { openRecords, salvageOption } from '../journal/examination.ts';
import { incidentOf, transactionOf } from '../journal/incident.ts';
import { replay, replayJson, replayLines } from '../journal/replay.ts';
import { sourceNotes, sourceOptions } from '../journal/source.ts';
import { faultLines } from '../journal/verify-lines.ts';

const { log: _, ...ledgerOptions } = sourceOptions;

export const journalReplay: Command = {
  name: 'journal replay',
  summary: 'Run a transaction again from the journal: each step’s event, states and effects',
  notes: `${sourceNotes}
Nothing is done but computed: no device, no hub. It says where the machine of this version comes to another state or end than
the journal has.
Exit code: 0 the same, 1 it differs or the journal was tampered with, 2 options not understood, 3 it can't be read.`,
  operand: {
    name: 'transaction',
    value: 'TRANSACTION',
    help: '32 hex digits, as in the ledger or on a slip',
  },
  options: {
    ...ledgerOptions,
    json: { type: 'boolean', help: 'JSON lines, one a step and one for the end, with whole states' },
    ...salvageOption,
  },
  async run(values, print, note) {
    const transaction = transactionOf(String(values.transaction));
    const { records, faults } = await openRecords(values);
    for (const line of faultLines(faults)) note(line);
    if (faults.length > 0 && !values.salvage) return 1;
    const replayed = replay(incidentOf(records, transaction), next);
    for (const line of values.json ? replayJson(replayed) : replayLines(replayed)) print(line);
    const differs = replayed.differs !== undefined || replayed.steps.some(step => step.differs);
    return differs || faults.length > 0 ? 1 : 0;
  },
};
