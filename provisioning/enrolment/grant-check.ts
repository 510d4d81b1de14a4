// Checks that a grant is the pinned hub's own. Nothing of it may be used before.
import { X509Certificate } from 'node:crypto';
import { readConfiguration } from '../../agent/protocol/configuration.ts';
import { type KeyPair, thumbprint, toCoseKey } from '../../agent/protocol/cose-key.ts';
import type { Grant } from '../../agent/protocol/enrolment.ts';
import { readKeySet } from '../../agent/protocol/key-set.ts';
import type { Root } from '../../agent/protocol/root.ts';
import { ProvisioningError } from '../provisioning-error.ts';

/** Errors: provisioning/grant; its message or its cause says which part is wrong. */
export function checkGrant(grant: Grant, root: Root, link: KeyPair): void {
  try {
    const { keys } = readKeySet(grant.keySet, root);
    const { municipalities } = readConfiguration(grant.configuration, grant.terminal, keys.configuration);
    const unserved = Object.keys(municipalities).find(
      code => !(keys.issuing[code] && keys.issuingSeal[code]),
    );
    if (unserved) fail(`the key set has no issuing keys of the municipality ${unserved}`);
    const certificate = new X509Certificate(grant.certificate);
    const authority = new X509Certificate(grant.authority);
    if (!certificate.verify(authority.publicKey))
      fail('the certificate is not of the authority that came with it');
    if (certificate.subject !== `CN=${grant.terminal}`) fail("the certificate is not this terminal's");
    const certified = thumbprint(toCoseKey(certificate.publicKey));
    if (!certified.equals(link.thumbprint)) fail('the certificate is for another key');
  } catch (cause) {
    if (cause instanceof ProvisioningError) throw cause;
    throw new ProvisioningError('provisioning/grant', 'The grant does not verify.', cause);
  }
}

function fail(why: string): never {
  throw new ProvisioningError('provisioning/grant', `The grant does not verify: ${why}.`);
}
