// Sends the claim to a hub whose root certificate is known, and reads the answer.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Grant, readGrant } from '../../agent/protocol/enrolment.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import { reach, type Way } from './reach.ts';

/** Bytes. */
const maxAnswer = 1 << 20;

/**
 * POST /enrol (agent/protocol/enrolment.ts). A grant comes with status 200, a refusal with any below 500. `root` (PEM) is the only
 * authority that the server's certificate may be of.
 * Errors: provisioning/certificate, provisioning/unreachable, provisioning/proxy, provisioning/refused, provisioning/answer.
 */
export async function sendClaim(way: Way, claim: Buffer, root: string, timeoutMs: number): Promise<Grant> {
  const { status, body } = await post(way, claim, root, timeoutMs);
  const answer = readOr(body, status);
  if ('refused' in answer && status < 500)
    throw new ProvisioningError(
      'provisioning/refused',
      `The hub refused: ${answer.refused}${answer.path ? ` (the field ${answer.path})` : ''}.`,
    );
  if ('refused' in answer || status !== 200) throw wrongAnswer(`it came with HTTP status ${status}`);
  return answer;
}

const wrongAnswer = (why: string, cause?: unknown) =>
  new ProvisioningError('provisioning/answer', `The answer is not what the contract allows: ${why}.`, cause);

async function post(
  way: Way,
  body: Buffer,
  root: string,
  timeoutMs: number,
): Promise<{ status: number; body: Buffer }> {
  const url = new URL('/enrol', way.hub);
  // on Node's own timer: a command of one run, whose limit is a parameter, has no clock to inject
  const signal = AbortSignal.timeout(timeoutMs);
  let sending: ReturnType<typeof request> | undefined;
  try {
    const secure = await reach(way, signal);
    sending = request(url, {
      ...{ method: 'POST', signal, headers: { 'content-type': 'application/cbor' } },
      // it is used only where no agent is named
      createConnection: () => secure({ ca: root }),
    });
    sending.end(body);
    const [response] = (await once(sending, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, body: await bodyOf(response) };
  } catch (cause) {
    if (cause instanceof ProvisioningError) throw cause;
    throw refusedByUs(sending?.socket)
      ? new ProvisioningError(
          'provisioning/certificate',
          `The certificate of ${url.host} does not verify.`,
          cause,
        )
      : new ProvisioningError('provisioning/unreachable', `The hub at ${url.host} went away.`, cause);
  }
}

/** Whether the TLS library refused the server's certificate. */
const refusedByUs = (socket: Socket | null | undefined): boolean =>
  socket instanceof TLSSocket && Boolean(socket.authorizationError);

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += (chunk as Buffer).length;
    if (length > maxAnswer) throw new ProvisioningError('provisioning/answer', 'The answer has no end.');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function readOr(message: Buffer, status: number): ReturnType<typeof readGrant> {
  try {
    return readGrant(message);
  } catch (cause) {
    if (status !== 200) throw wrongAnswer(`it came with HTTP status ${status}`, cause);
    const path = isProtocolError(cause) ? cause.path : undefined;
    throw wrongAnswer(path ? `the field ${path}` : 'it is neither a grant nor a refusal', cause);
  }
}
