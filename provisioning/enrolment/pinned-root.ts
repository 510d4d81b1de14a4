// Finds the hub's root certificate in the chain that its server presents, by the thumbprint on the installer's sheet.
// Only the handshake runs here; nothing is sent to the server. The connection that carries the code is made afterwards, with
// this root as its only authority, so that the TLS library itself verifies chain, name and validity.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { thumbprint, toCoseKey } from '../../agent/protocol/cose-key.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import { ProvisioningError } from '../provisioning-error.ts';

/** PEM of the root. Errors: provisioning/unreachable, provisioning/chain (the server sends no root), provisioning/rootKey. */
export async function pinnedRoot(hub: URL, rootKey: Buffer, timeoutMs: number): Promise<string> {
  const socket = connect({
    host: hub.hostname,
    port: Number(hub.port || 443),
    minVersion: 'TLSv1.3',
    rejectUnauthorized: false, // the next connection verifies it; see above
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(timeoutMs) });
    const chain = chainOf(socket);
    const root = chain.find(certificate => thumbprintOf(certificate)?.equals(rootKey));
    if (root) return root.toString();
    const last = chain.at(-1);
    if (last && last.subject !== last.issuer)
      throw new ProvisioningError(
        'provisioning/chain',
        `${hub.host} did not send its root certificate: its chain ends at ${nameOf(last)}.`,
      );
  } catch (cause) {
    if (cause instanceof ProvisioningError) throw cause;
    throw new ProvisioningError(
      'provisioning/unreachable',
      `The hub at ${hub.host} can't be reached.`,
      cause,
    );
  } finally {
    socket.destroy();
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

/** On one line, and short: it is of a server that nothing vouches for. */
const nameOf = ({ subject }: X509Certificate): string => subject.replaceAll(/[^ -~]/g, ' ').slice(0, 80);

/** COSE thumbprint of the certificate's key (RFC 9679); undefined for keys that are not P-256. */
function thumbprintOf({ publicKey }: X509Certificate): Buffer | undefined {
  try {
    return thumbprint(toCoseKey(publicKey));
  } catch (error) {
    if (isProtocolError(error)) return undefined;
    throw error;
  }
}
