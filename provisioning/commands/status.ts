// madoguchi status: how the terminal stands, and what to do about what is missing.

import type { Command } from '../command-line/command.ts';
import { askStatus } from '../status/ask-status.ts';
import { statusLines } from '../status/status-lines.ts';

const answerWithinMs = 5_000;

export const status: Command = {
  name: 'status',
  summary: 'Say how the running terminal stands, and what to do about what is missing',
  notes:
    'Exit code: 0 open or serving somebody, 1 out of service, 2 options not understood, 3 no agent answers.',
  options: {
    panel: { type: 'string', value: 'SOCKET', required: true, help: "The agent's panel socket" },
    json: { type: 'boolean', help: 'All that the agent says, as JSON' },
  },
  async run(values, print) {
    const { report, raw } = await askStatus(String(values.panel), answerWithinMs);
    if (values.json) print(JSON.stringify(raw, null, 2));
    else for (const line of statusLines(report)) print(line);
    return report.state === 'outOfService' ? 1 : 0;
  },
};
