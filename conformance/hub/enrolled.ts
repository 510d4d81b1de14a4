// One enrolment of a terminal: its keys, its claim, and what the hub granted.
import { type Configuration, readConfiguration } from '../../agent/protocol/configuration.ts';
import { type KeyPair, newKeyPair } from '../../agent/protocol/cose-key.ts';
import { encodeClaim, type Grant } from '../../agent/protocol/enrolment.ts';
import { type KeySet, readKeySet } from '../../agent/protocol/key-set.ts';
import type { Root } from '../../agent/protocol/root.ts';
import { certificateRequest } from './certificates.ts';

export interface TerminalKeys {
  agent: KeyPair;
  gate: KeyPair;
  link: KeyPair;
  request: Buffer;
}

export interface Enrolled {
  terminal: string;
  epoch: number;
  keys: TerminalKeys;
  /** The claim as it was sent. */
  claim: Buffer;
  grant: Grant;
  /** The hub's public keys. */
  hub: KeySet['keys'];
  configuration: Configuration;
}

export async function makeKeys(): Promise<TerminalKeys> {
  const link = newKeyPair();
  return { agent: newKeyPair(), gate: newKeyPair(), link, request: await certificateRequest(link) };
}

export const claimBody = (code: string, { agent, gate, request }: TerminalKeys) => ({
  ...{ code, certificateRequest: request },
  ...{ agentKey: agent.coseKey, gateKey: gate.coseKey },
});

export const claimOf = (code: string, keys: TerminalKeys): Buffer =>
  encodeClaim(claimBody(code, keys), keys.agent, keys.gate);

/** Errors: ProtocolError where a signed part of the grant does not verify. */
export function enrolledBy(keys: TerminalKeys, claim: Buffer, grant: Grant, root: Root): Enrolled {
  const { terminal, epoch } = grant;
  const { keys: hub } = readKeySet(grant.keySet, root);
  const configuration = readConfiguration(grant.configuration, terminal, hub.configuration);
  return { terminal, epoch, keys, claim, grant, hub, configuration };
}
