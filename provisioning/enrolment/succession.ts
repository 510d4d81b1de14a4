// A terminal that is enrolled again: its grant must not be older than what it had.
import { type Configuration, readConfiguration } from '../../agent/protocol/configuration.ts';
import type { Grant } from '../../agent/protocol/enrolment.ts';
import { type KeySet, readKeySet } from '../../agent/protocol/key-set.ts';
import { type Root, rootThumbprint } from '../../agent/protocol/root.ts';
import { ProvisioningError } from '../provisioning-error.ts';

/** What the former home has. */
export interface Former {
  terminal: string;
  epoch: number;
  /** The document whose keys signed the key set. */
  root: Root;
  keySet: Pick<KeySet, 'generation'>;
  configuration: Pick<Configuration, 'seq'>;
}

/** `grant` verifies (grant-check.ts). Numbers of another hub, or of another terminal, say nothing. Errors: provisioning/grant. */
export function checkSuccession(grant: Grant, root: Root, former: Former): void {
  if (!rootThumbprint(root).equals(rootThumbprint(former.root))) return;
  const { generation, keys } = readKeySet(grant.keySet, root);
  insist('the key set', generation, former.keySet.generation);
  if (grant.terminal !== former.terminal) return;
  const { seq } = readConfiguration(grant.configuration, grant.terminal, keys.configuration);
  insist('the configuration', seq, former.configuration.seq);
  insist('the enrolment', grant.epoch, former.epoch + 1);
}

function insist(what: string, number: number, min: number): void {
  if (number < min)
    throw new ProvisioningError(
      'provisioning/grant',
      `The grant is older than the former home: the number of ${what} is ${number}, and ${min} is the least.`,
    );
}
