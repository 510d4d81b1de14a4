// The keys of an enrolment whose answer was lost: the hub may know them already, so the code is claimed again with the same ones.
import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { toKeyPair } from '../../agent/protocol/cose-key.ts';
import { readClaim } from '../../agent/protocol/enrolment.ts';
import type { TerminalKeys } from './terminal-keys.ts';

/** The claim, in the folder that is kept. */
export const claimFile = 'claim.cbor';

/** Where the keys for `home` are kept: beside it. */
export const keptPlace = (home: string): string => `${resolve(home)}.enrolling`;

/** The keys in `folder`, where they were claimed with `code`; undefined where there are none, or not whole ones. */
export async function keptKeys(folder: string, code: string): Promise<TerminalKeys | undefined> {
  const file = (name: string) => readFile(join(folder, name));
  try {
    const claim = readClaim(await file(claimFile));
    if (claim.code !== code) return undefined;
    const pair = async (name: string) => toKeyPair(createPrivateKey(await file(name)));
    return {
      agent: await pair('agent/keys/agent-signing.pem'),
      gate: await pair('gate/keys/gate-signing.pem'),
      link: await pair('agent/keys/link-tls.pem'),
      journal: await file('agent/keys/journal-data.bin'),
      certificateRequest: claim.certificateRequest,
    };
  } catch {
    return undefined; // new keys are claimed, and the hub says what it has against that
  }
}
