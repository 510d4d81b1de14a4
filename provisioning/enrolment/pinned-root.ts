// Finds the hub's root certificate in the chain that its server presents, by the thumbprint on the installer's sheet.
// Only the handshake runs here; nothing is sent to the server. The connection that carries the code is made afterwards, with
// this root as its only authority, so that the TLS library itself verifies chain, name and validity.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { thumbprint, toCoseKey } from '../../agent/protocol/cose-key.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import { reach, type Way } from './reach.ts';

/** PEM of the root. Errors: provisioning/unreachable, provisioning/proxy, provisioning/rootKey. */
export async function pinnedRoot(way: Way, rootKey: Buffer, timeoutMs: number): Promise<string> {
  const { hub } = way;
  let socket: TLSSocket | undefined;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    // the next connection verifies it; see above
    socket = (await reach(way, signal))({ rejectUnauthorized: false });
    await once(socket, 'secureConnect', { signal });
    const root = chainOf(socket).find(certificate => thumbprintOf(certificate)?.equals(rootKey));
    if (root) return root.toString();
  } catch (cause) {
    if (cause instanceof ProvisioningError) throw cause;
    throw new ProvisioningError(
      'provisioning/unreachable',
      `The hub at ${hub.host} can't be reached.`,
      cause,
    );
  } finally {
    socket?.destroy();
  }
  throw new ProvisioningError(
    'provisioning/rootKey',
    `What answers at ${hub.host} is not the hub on the sheet.`,
  );
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

/** COSE thumbprint of the certificate's key (RFC 9679); undefined for keys that are not P-256. */
function thumbprintOf({ publicKey }: X509Certificate): Buffer | undefined {
  try {
    return thumbprint(toCoseKey(publicKey));
  } catch (error) {
    if (isProtocolError(error)) return undefined;
    throw error;
  }
}
