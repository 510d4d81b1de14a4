// The HTTPS server for enrolment: GET /root, and POST /enrol, CBOR in both directions. A key of the root document signs its certificate,
// and the server sends that key's certificate too. The client compares the thumbprint of the root document with the installer's sheet, and
// the certificate's key with the document, BEFORE it sends the code.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import { encodeGrant, encodeRefusal, type Grant } from '../../../agent/protocol/enrolment.ts';
import { wrongField } from '../../../agent/protocol/error.ts';
import { shut } from '../../shut.ts';
import type { Identity } from '../keys/authority.ts';
import { HubError } from '../service/hub-error.ts';
import type { Attempts } from './attempts.ts';
import { EnrolmentRefusal } from './decide-claim.ts';

const maxClaim = 20 << 10;

export interface EnrolmentServer {
  /** https://HOST:PORT */
  url: string;
  close(): Promise<void>;
}

export interface EnrolmentServerOptions {
  identity: Identity;
  /** PEM of the root's own certificate. */
  root: string;
  /** The signed root document. */
  document: Buffer;
  attempts: Attempts;
  say(line: string): void;
  decide(message: Buffer): Promise<Grant>;
  /** Name or address that it listens on. Default 127.0.0.1. */
  host?: string;
  /** Receives each request that was read, and the answer to it. */
  onAnswer?(request: Buffer, answer: Buffer): void;
}

export async function startEnrolmentServer(options: EnrolmentServerOptions): Promise<EnrolmentServer> {
  const tls: ServerOptions = {
    key: options.identity.key,
    cert: options.identity.certificate + options.root,
    minVersion: 'TLSv1.3',
    requestTimeout: 10_000,
    headersTimeout: 10_000,
  };
  const server = createServer(tls, (request, response) => {
    void answer(request, response, options);
  });
  const { host = '127.0.0.1' } = options;
  server.listen(0, host);
  await once(server, 'listening');
  return { url: urlOf(server, host), close: () => shut(server) };
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new HubError('no port is free');
  return `https://${host}:${address.port}`;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: EnrolmentServerOptions,
): Promise<void> {
  const address = request.socket.remoteAddress ?? '';
  const reply = (status: number, body?: Buffer) =>
    response.writeHead(status, { 'content-type': 'application/cbor', connection: 'close' }).end(body);
  if (request.method === 'GET' && request.url === '/root') return void reply(200, options.document);
  if (request.method !== 'POST' || request.url !== '/enrol') return void reply(404);
  let asked: Buffer | undefined;
  const replyTo = (status: number, body: Buffer) => {
    if (asked) options.onAnswer?.(asked, body);
    reply(status, body);
  };
  try {
    if (!options.attempts.allowed(address)) throw new EnrolmentRefusal('enrolment/tooManyAttempts');
    asked = await bodyOf(request);
    const grant = await options.decide(asked);
    options.say(`enrolment: ${grant.terminal} is enrolled, epoch ${grant.epoch}`);
    replyTo(200, encodeGrant(grant));
  } catch (error) {
    if (!(error instanceof EnrolmentRefusal)) {
      options.say(`enrolment: failed: ${error instanceof Error ? error.message : 'unknown error'}`);
      return void reply(500);
    }
    options.attempts.failed(address);
    options.say(`enrolment: refused, ${error.code}`);
    replyTo(
      error.code === 'enrolment/tooManyAttempts' ? 429 : 403,
      encodeRefusal(error.code, wrongField(error.cause).path),
    );
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > maxClaim) throw new EnrolmentRefusal('enrolment/badClaim');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
