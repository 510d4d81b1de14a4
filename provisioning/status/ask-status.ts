// Asks the running agent how the terminal stands: GET /status on its panel socket (docs/panel.md).
import type { IncomingMessage } from 'node:http';
import * as v from 'valibot';
import { type StatusReport, statusReport } from '../../agent/counter/status-report.ts';
import { http } from '../../drivers/base/http.ts';
import { ProvisioningError } from '../provisioning-error.ts';

/** UTF-16 units; a report has some thousands. */
const maxAnswer = 1 << 20;

/** `raw`: the answer as JSON, also with fields that this version does not know. Errors: provisioning/noAgent. */
export async function askStatus(
  socketPath: string,
  withinMs: number,
): Promise<{ report: StatusReport; raw: unknown }> {
  // on Node's own timer: a command of one run, whose limit is a parameter, has no clock to inject
  const signal = AbortSignal.timeout(withinMs);
  try {
    const raw: unknown = JSON.parse(await get(socketPath, signal));
    return { raw, report: v.parse(statusReport, raw) };
  } catch (cause) {
    const why = signal.aborted ? `nothing came within ${withinMs / 1000} s` : reasonOf(cause);
    throw new ProvisioningError(
      'provisioning/noAgent',
      `No agent tells its status at ${socketPath}: ${why}.`,
      cause,
    );
  }
}

async function get(socketPath: string, signal: AbortSignal): Promise<string> {
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    http.request({ socketPath, path: '/status', signal, agent: false }, resolve).on('error', reject).end(),
  );
  response.setEncoding('utf8');
  let text = '';
  for await (const part of response) {
    text += part;
    if (text.length > maxAnswer) throw new SyntaxError();
  }
  if (response.statusCode !== 200) throw new SyntaxError();
  return text;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  ECONNREFUSED: 'nobody listens there',
  ENOTSOCK: 'it is no socket',
  ENOTDIR: 'there is no such folder',
  EACCES: 'this user may not open it',
  EPERM: 'this user may not open it',
};

const reasonOf = (cause: unknown): string =>
  reasons[(cause as NodeJS.ErrnoException).code ?? ''] ?? 'what answers is no agent of this kind';
