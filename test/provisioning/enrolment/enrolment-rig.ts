// A hub's enrolment server over real TLS, with what a test changes of it, and terminals that enrol at it.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { signConfiguration } from '../../../agent/protocol/configuration.ts';
import type { Grant } from '../../../agent/protocol/enrolment.ts';
import { rootThumbprint } from '../../../agent/protocol/root.ts';
import { enrol } from '../../../provisioning/enrolment/enrol.ts';
import { defaultConfiguration } from '../../../simulator/hub/catalogue/configuration.ts';
import { Attempts } from '../../../simulator/hub/enrolment/attempts.ts';
import { codesSchema, EnrolmentCodes } from '../../../simulator/hub/enrolment/codes.ts';
import { decide } from '../../../simulator/hub/enrolment/decide-claim.ts';
import { startEnrolmentServer } from '../../../simulator/hub/enrolment/server.ts';
import { makeAuthority } from '../../../simulator/hub/keys/authority.ts';
import { keySetOf, openHubKeys, rootOf, signedRootOf } from '../../../simulator/hub/keys/hub-keys.ts';
import { openDatabase } from '../../../simulator/hub/store/database.ts';
import { Terminals, terminalsSchema } from '../../../simulator/hub/store/terminals.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { refusalOf } from '../../refusal.ts';

const dir = temporaryFolder('enrol');
const closing: (() => unknown)[] = [];
/** For `test.after`. */
export const clear = async () => {
  for (const close of closing) await close();
  rmSync(dir, { recursive: true });
};

export const keys = openHubKeys(join(dir, 'keys'));
export const root = await makeAuthority('Test root', keys['root-1'], Date.now);
export const link = await makeAuthority('Test link', keys.link, Date.now);
/** The thumbprint on the installer's sheet. */
export const sheet = rootThumbprint(rootOf(keys));
export const terminal = 'mitaka-1';
let places = 0;
export const place = () => join(dir, `home-${places++}`);

interface World {
  identity?: { key: string; certificate: string };
  /** What stands behind the server's own certificate in the chain it sends. */
  chain?: string;
  /** Changes a grant on its way out. */
  change?(grant: Grant): Grant | Promise<Grant>;
  attempts?: Attempts;
  /** The root document, signed. */
  document?: Buffer;
}

export async function start({
  identity,
  chain = root.certificate,
  change = grant => grant,
  attempts,
  document,
}: World = {}) {
  let wall = Date.now();
  const path = `${place()}.db`;
  const database = openDatabase(path, `${terminalsSchema};${codesSchema}`);
  const codes = new EnrolmentCodes(database, () => wall);
  const terminals = new Terminals(database);
  const grantFor = (name: string, epoch: number) => ({
    broker: 'mqtts://127.0.0.1:8883',
    keySet: keySetOf(keys, 1),
    configuration: signConfiguration(defaultConfiguration(name, epoch, wall), keys.configuration),
  });
  const desk = { database, codes, terminals, link, grantFor };
  let claims = 0;
  const server = await startEnrolmentServer({
    identity: identity ?? (await root.server('Test enrolment')),
    root: chain,
    document: document ?? signedRootOf(keys),
    attempts: attempts ?? new Attempts(100, 60_000, () => 0),
    say: () => undefined,
    decide: async message => {
      claims++;
      return change(await decide(message, desk));
    },
  });
  closing.push(() => server.close());
  closing.push(() => database.close());
  return {
    desk,
    terminals,
    codes,
    path,
    claims: () => claims,
    pass: (ms: number) => (wall += ms),
    url: server.url,
    run: (code: string, home = place(), root = sheet, former?: string) =>
      enrol({ hub: new URL(server.url), code, root, home, former }).then(granted => ({
        home,
        ...granted,
      })),
  };
}

/** The attempt fails with `code`, and leaves nothing behind, but the keys where it is not known what became of the code. */
export async function refusedWith(code: string, work: () => Promise<unknown>, says = ''): Promise<void> {
  const homes = () => readdirSync(dir).filter(name => !/\.db|\.enrolling$/.test(name));
  const before = homes();
  const error = await refusalOf(work);
  assert.is(error.code, code, error.message);
  assert.match(error.message, says);
  assert.ok(error.hint.length > 20);
  assert.equal(homes(), before);
}
