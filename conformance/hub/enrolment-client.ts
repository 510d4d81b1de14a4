// The terminal's side of the enrolment server: GET /root, and POST /enrol with any body.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { isIP } from 'node:net';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { thumbprint, toCoseKey } from '../../agent/protocol/cose-key.ts';
import { readGrant } from '../../agent/protocol/enrolment.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import { type Root, readRoot, rootThumbprint } from '../../agent/protocol/root.ts';
import { Failure } from '../check.ts';

export interface PinnedRoot {
  document: Root;
  /** The signed document as it came. */
  message: Buffer;
  /** PEM: the certificate in the server's chain whose key is one of the document's; undefined where there is none. */
  certificate: string | undefined;
}

/** What came of a claim: a grant, a refusal, or what is neither. */
export type ClaimAnswer =
  | { status: number; answer: ReturnType<typeof readGrant> }
  | { status: number; broken: string };

const timeoutMs = 10_000;

/** GET /root. `sheet`: thumbprint, 32 bytes. Errors: Failure where no document of that thumbprint comes. */
export async function getRoot(url: URL, sheet: Buffer): Promise<PinnedRoot> {
  const { status, body, chain } = await exchange(url, '/root', { method: 'GET', rejectUnauthorized: false });
  const sent = 'GET /root';
  const expected = `the signed root document with the thumbprint ${sheet.toString('hex')}`;
  if (status !== 200) throw new Failure({ sent, expected, came: `HTTP status ${status}` });
  const document = readOr(() => readRoot(body));
  if (typeof document === 'string') throw new Failure({ sent, expected, came: document });
  const came = rootThumbprint(document);
  if (!came.equals(sheet)) throw new Failure({ sent, expected, came: `one of ${came.toString('hex')}` });
  const keys = document.keys.map(key => thumbprint(key).toString('hex'));
  const certificate = chain.find(one => keys.includes(thumbprintOf(one) ?? ''));
  return { document, message: body, certificate: certificate?.toString() };
}

/** POST /enrol on a connection that trusts `authority` (PEM) only. Errors: those of the system and of TLS. */
export async function postClaim(url: URL, claim: Buffer, authority: string): Promise<ClaimAnswer> {
  const { status, body } = await exchange(url, '/enrol', { method: 'POST', ca: authority }, claim);
  const answer = readOr(() => readGrant(body));
  return typeof answer === 'string' ? { status, broken: answer } : { status, answer };
}

/** In words, such as `enrolment/usedCode with HTTP status 403`. */
export function wordsOf(came: ClaimAnswer): string {
  const what = 'broken' in came ? came.broken : 'refused' in came.answer ? came.answer.refused : 'a grant';
  return `${what} with HTTP status ${came.status}`;
}

function readOr<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (isProtocolError(error)) return `a body that breaks the contract (${error.code} ${error.path ?? ''})`;
    throw error;
  }
}

async function exchange(
  url: URL,
  path: string,
  options: RequestOptions,
  body?: Buffer,
): Promise<{ status: number; body: Buffer; chain: X509Certificate[] }> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const sending = request(new URL(path, url), {
    ...{ agent: false, minVersion: 'TLSv1.3', signal: AbortSignal.timeout(timeoutMs) },
    ...(isIP(host) === 0 && { servername: host }),
    ...(body && { headers: { 'content-type': 'application/cbor' } }),
    ...options,
  });
  sending.end(body);
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  const chain = chainOf(response.socket as TLSSocket);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks), chain };
}

function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  // a root is its own issuer: there the chain ends
  while (next?.raw && !chain.some(({ raw }) => raw.equals(next!.raw))) {
    chain.push(new X509Certificate(next.raw));
    next = next.issuerCertificate;
  }
  return chain;
}

/** In hex; undefined for keys that are not P-256. */
function thumbprintOf({ publicKey }: X509Certificate): string | undefined {
  try {
    return thumbprint(toCoseKey(publicKey)).toString('hex');
  } catch (error) {
    if (isProtocolError(error)) return undefined;
    throw error;
  }
}
