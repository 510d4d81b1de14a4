// madoguchi journal rotate-key: a new data key for the journal.

import type { Command } from '../command-line/command.ts';
import { agentHomeOf } from '../home/agent-home.ts';
import { rotateKey } from '../journal/data-keys.ts';
import { homeOption } from './shared.ts';

export const journalRotateKey: Command = {
  name: 'journal rotate-key',
  summary: 'Give the journal a new data key; the agent goes on running',
  notes:
    'The new key seals the ledger from the next segment on, and all logs after a restart. The former one is destroyed at a start of the\n' +
    'agent after which no segment needs it.',
  options: homeOption,
  async run(values, print) {
    await rotateKey(await agentHomeOf(String(values.home)));
    print('Done: the ledger’s next segment is sealed with the new key.');
  },
};
