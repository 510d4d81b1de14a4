// madoguchi status: how the terminal stands, and what to do about what is missing.
import { request } from 'node:http';
import type { StatusReport } from '../../agent/health/status.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import type { Command } from './command.ts';

/** Longest wait for the agent, which may have to wait for a device, in ms. */
const answerWithinMs = 15_000;
const longestAnswer = 1 << 20;

export const status: Command = {
  name: 'status',
  summary: 'Say how the running terminal stands, and what to do about what is missing',
  notes:
    'Exit code: 0 open or serving somebody, 1 out of service or no agent there, 2 options not understood.',
  options: {
    panel: { type: 'string', value: 'SOCKET', required: true, help: "The agent's panel socket" },
    json: { type: 'boolean', help: 'All of it as JSON' },
  },
  async run(values, print) {
    const report = await ask(String(values.panel));
    if (values.json) print(JSON.stringify(report, null, 2));
    else for (const line of toLines(report)) print(line);
    if (report.state === 'outOfService')
      throw new ProvisioningError('provisioning/outOfService', 'The terminal is out of service.');
  },
};

/** Errors: provisioning/noAgent. */
async function ask(socketPath: string): Promise<StatusReport> {
  try {
    const text = await get(socketPath);
    const report: unknown = JSON.parse(text);
    if (typeof report === 'object' && report !== null && 'state' in report && 'legs' in report)
      return report as StatusReport;
    throw new Error('the answer is no status');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ProvisioningError(
      'provisioning/noAgent',
      `No agent tells its status at ${socketPath}: ${why}.`,
      cause,
    );
  }
}

function get(socketPath: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const signal = AbortSignal.timeout(answerWithinMs);
  const asking = request({ socketPath, path: '/status', agent: false, signal }, response => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (part: string) => {
      text += part;
      if (text.length > longestAnswer) response.destroy(new Error('the answer is too long'));
    });
    response.on('end', () =>
      response.statusCode === 200 ? resolve(text) : reject(new Error(`it answered ${response.statusCode}`)),
    );
    response.on('error', reject);
  });
  asking.on('error', reject);
  asking.end();
  return promise;
}

const states = { open: 'open', serving: 'serving somebody', outOfService: 'OUT OF SERVICE' } as const;

function toLines(report: StatusReport): string[] {
  const {
    terminal,
    software,
    state,
    legs,
    devices,
    panelConnected,
    hubOnline,
    journal,
    interrupted,
    claims,
  } = report;
  const there = (online: boolean | undefined) => (online ? 'there' : 'away');
  return [
    `${terminal}: ${states[state]} (${software})`,
    ...legs.flatMap(({ code, hint, text }) => [`  missing: ${code}: ${hint}`, `           ${text}`]),
    `  devices: card reader ${there(devices?.card.online)}, PIN pad ${there(devices?.pinpad.online)}, receipt printer ${there(devices?.receipt.online)}, page printer ${there(devices?.page.online)}`,
    `  screen and till: ${there(panelConnected)}; hub: ${there(hubOnline)}`,
    `  journal: ${journal.waiting} records wait for the hub${journal.reserveReached ? '; the reserve is reached' : ''}${journal.failure ? `; the disk refuses (${journal.failure})` : ''}${journal.stopped ? `; stopped (${journal.stopped})` : ''}`,
    ...(interrupted > 0 ? [`  ${interrupted} interrupted transactions are being brought to their end`] : []),
    ...claims.map(
      ({ transaction, outcome, code }) =>
        `  claim: ${transaction} (${outcome}, ${code}): hand the claim slip over; the operator decides`,
    ),
  ];
}
