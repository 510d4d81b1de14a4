// madoguchi journal destroy: run before a terminal leaves the shop for good.

import type { Command } from '../command-line/command.ts';
import { agentHomeOf } from '../home/agent-home.ts';
import { destroyJournal } from '../journal/data-keys.ts';
import { homeOption } from './shared.ts';

export const journalDestroy: Command = {
  name: 'journal destroy',
  summary: "Destroy the journal's data keys: nobody reads it any more",
  notes:
    'For a terminal that is taken away. Stop the agent first. It refuses while the hub lacks records; a flash card may keep\n' +
    'the blocks of a destroyed key for a while: destroy the card too where that matters.',
  options: {
    ...homeOption,
    'even-undelivered': { type: 'boolean', help: 'Although the hub lacks records, which are lost' },
  },
  async run(values, print) {
    const files = await destroyJournal(
      await agentHomeOf(String(values.home)),
      values['even-undelivered'] === true,
    );
    print(`Destroyed: ${files.join(', ')}.`);
  },
};
