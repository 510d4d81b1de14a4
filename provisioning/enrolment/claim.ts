// Sends the claim to a hub whose root certificate is known, and reads the answer.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Grant, readGrant } from '../../agent/protocol/enrolment.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import { reach, type Way } from './reach.ts';

/** Bytes. */
const maxAnswer = 1 << 20;

/**
 * POST /enrol (agent/protocol/enrolment.ts). `root` (PEM) is the only authority that the server's certificate may be of.
 * Errors: provisioning/certificate, provisioning/unreachable, provisioning/proxy, provisioning/refused, provisioning/answer.
 */
export async function sendClaim(way: Way, claim: Buffer, root: string, timeoutMs: number): Promise<Grant> {
  const answer = readOr('provisioning/answer', await post(way, claim, root, timeoutMs));
  if ('refused' in answer)
    throw new ProvisioningError('provisioning/refused', `The hub refused: ${answer.refused}.`);
  return answer;
}

async function post(way: Way, body: Buffer, root: string, timeoutMs: number): Promise<Buffer> {
  const url = new URL('/enrol', way.hub);
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
    return await bodyOf(response);
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

function readOr(code: 'provisioning/answer', message: Buffer): ReturnType<typeof readGrant> {
  try {
    return readGrant(message);
  } catch (cause) {
    throw new ProvisioningError(code, 'The answer is not what the contract allows.', cause);
  }
}
