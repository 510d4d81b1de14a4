// madoguchi journal release: leaves a journal in quarantine behind, as an operator decided.
import type { Command } from '../command-line/command.ts';
import { agentHomeOf } from '../home/agent-home.ts';
import { release } from '../journal/release.ts';
import { homeOption, readNamedFile } from './shared.ts';

export const journalRelease: Command = {
  name: 'journal release',
  summary: "Leave a journal in quarantine behind, with the hub's consent, and let a new one begin",
  notes:
    'Stop the agent first, and start it again afterwards. The old journal is kept beside the new one; records in it that the hub\n' +
    'never had are not sent any more: `madoguchi journal export --salvage --home DIR --folder OLD` shows them to whoever settles them\n' +
    'by hand. The telemetry log of that time is put beside it too.',
  options: {
    ...homeOption,
    consent: {
      type: 'string',
      value: 'FILE',
      required: true,
      help: 'What the hub signed when its operator consented',
    },
  },
  async run(values, print) {
    const consent = await readNamedFile(String(values.consent));
    const { kept, epoch } = await release(await agentHomeOf(String(values.home)), consent);
    print(`Released. The old journal is kept in ${kept}; the next start begins epoch ${epoch}.`);
  },
};
