// Gets the hub's root document, which the thumbprint on the installer's sheet vouches for, and finds the certificate of one of its keys in
// the chain that the server presents. Nothing secret is sent here. The connection that carries the code is made afterwards, with
// this certificate as its only authority, so that the TLS library itself verifies chain, name and validity.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { thumbprint, toCoseKey } from '../../agent/protocol/cose-key.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import { type Root, readRoot, rootLimit, rootThumbprint } from '../../agent/protocol/root.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import { reach, type Way } from './reach.ts';

export interface PinnedRoot {
  /** PEM: certificate of one of the document's keys. */
  certificate: string;
  /** The signed document, as received, and what it says. */
  message: Buffer;
  document: Root;
}

/**
 * GET /root. `sheet`: the thumbprint, 32 bytes. Errors: provisioning/unreachable, provisioning/proxy, provisioning/chain
 * (the server sends no root certificate), provisioning/root.
 */
export async function pinnedRoot(way: Way, sheet: Buffer, timeoutMs: number): Promise<PinnedRoot> {
  const { hub } = way;
  const { chain, message } = await askForRoot(way, timeoutMs).catch(cause => {
    if (cause instanceof ProvisioningError) throw cause;
    throw new ProvisioningError(
      'provisioning/unreachable',
      `The hub at ${hub.host} can't be reached.`,
      cause,
    );
  });
  const document = documentOf(message, sheet);
  const known = document?.keys.map(key => thumbprint(key).toString('hex'));
  const certificate = chain.find(one => known?.includes(thumbprintOf(one) ?? ''));
  if (document && certificate) return { certificate: certificate.toString(), message, document };
  const last = chain.at(-1);
  if (document && last && last.subject !== last.issuer)
    throw new ProvisioningError(
      'provisioning/chain',
      `${hub.host} did not send its root certificate: its chain ends at ${nameOf(last)}.`,
    );
  throw new ProvisioningError(
    'provisioning/root',
    `What answers at ${hub.host} is not the hub on the sheet.`,
  );
}

async function askForRoot(
  way: Way,
  timeoutMs: number,
): Promise<{ chain: X509Certificate[]; message: Buffer }> {
  // on Node's own timer: a command of one run, whose limit is a parameter, has no clock to inject
  const signal = AbortSignal.timeout(timeoutMs);
  const secure = await reach(way, signal);
  const asking = request(new URL('/root', way.hub), {
    signal,
    // the next connection verifies it; see above
    createConnection: () => secure({ rejectUnauthorized: false }),
  });
  try {
    asking.end();
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    const chain = chainOf(response.socket as TLSSocket);
    return { chain, message: await beginningOf(response) };
  } finally {
    asking.destroy();
  }
}

/** A root document is no longer than this; the rest of an answer that is longer is not read. */
async function beginningOf(response: IncomingMessage): Promise<Buffer> {
  let message = Buffer.alloc(0);
  for await (const chunk of response) {
    message = Buffer.concat([message, chunk as Buffer]);
    if (message.length > rootLimit) break;
  }
  return message;
}

/** The document in `message`, where it is the sheet's. */
function documentOf(message: Buffer, sheet: Buffer): Root | undefined {
  try {
    const document = readRoot(message);
    return rootThumbprint(document).equals(sheet) ? document : undefined;
  } catch (error) {
    if (isProtocolError(error)) return undefined;
    throw error;
  }
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

/** On one line, and short: it is of a server that nothing vouches for yet. */
const nameOf = ({ subject }: X509Certificate): string => subject.replaceAll(/[^ -~]/g, ' ').slice(0, 80);

/** COSE thumbprint of the certificate's key (RFC 9679), in hex; undefined for keys that are not P-256. */
function thumbprintOf({ publicKey }: X509Certificate): string | undefined {
  try {
    return thumbprint(toCoseKey(publicKey)).toString('hex');
  } catch (error) {
    if (isProtocolError(error)) return undefined;
    throw error;
  }
}
