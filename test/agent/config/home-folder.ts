// An agent's folder as enrolment leaves it, with keys made for the test.
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Configuration, signConfiguration } from '../../../agent/protocol/configuration.ts';
import { type KeyPair, newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { type KeySet, signKeySet } from '../../../agent/protocol/key-set.ts';
import { type Root, signRoot } from '../../../agent/protocol/root.ts';
import { makeAuthority } from '../../../simulator/hub/keys/authority.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { waits } from '../transaction/story.ts';

export const terminal = 'test-1';
export const root = newKeyPair();
export const rootDocument: Root = { version: 1, generation: 1, threshold: 1, keys: [root.coseKey] };
export const configurationKey = newKeyPair();
export const journalKey = randomBytes(32);
export const signingKey = newKeyPair();
export const hubKey = newKeyPair();
export const configuration: Configuration = {
  schema: 1,
  audience: terminal,
  seq: 1,
  waits,
  municipalities: {},
};

const other = newKeyPair().coseKey;
export const keySet: KeySet = {
  version: 1,
  generation: 1,
  keys: {
    hub: hubKey.coseKey,
    configuration: configurationKey.coseKey,
    cardAuthentication: other,
    cardAuthenticationSeal: other,
    issuing: {},
    issuingSeal: {},
  },
};

export const pem = ({ privateKey }: KeyPair): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const authority = await makeAuthority('test link', newKeyPair(), Date.now);
const client = await authority.client(terminal);
export const otherClient = await authority.client('test-2');

const files: Readonly<Record<string, string | Buffer>> = {
  'agent.json': JSON.stringify({ terminal, epoch: 2, broker: 'mqtts://127.0.0.1:8883' }),
  'root.cbor': signRoot(rootDocument, [root]),
  'key-set.cbor': signKeySet(keySet, [root]),
  'configuration.cbor': signConfiguration(configuration, configurationKey),
  'certificate.pem': client.certificate,
  'authority.pem': authority.certificate,
  'keys/agent-signing.pem': pem(signingKey),
  'keys/link-tls.pem': client.key,
  'keys/journal-data.bin': journalKey,
};
export const fileNames = Object.keys(files);

/** Writes a good folder, but for `change`: other content, or null for a file that is missing. */
export async function writeHome(
  folder: string,
  change: Record<string, string | Buffer | null> = {},
): Promise<void> {
  for (const [name, content] of Object.entries({ ...files, ...change })) {
    if (content === null) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** Calls `work` with what `writeHome` writes. */
export async function withHome<T>(
  change: Record<string, string | Buffer | null>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = temporaryFolder('madoguchi-home');
  try {
    await writeHome(folder, change);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
