// Enrolment: servers that are not the hub, grants with one wrong part, a lost answer.
import { existsSync } from 'node:fs';
import * as x509 from '@peculiar/x509';
import { encode } from '../../agent/protocol/cbor.ts';
import { readConfiguration, signConfiguration } from '../../agent/protocol/configuration.ts';
import { type CoseKey, newKeyPair } from '../../agent/protocol/cose-key.ts';
import type { Grant } from '../../agent/protocol/enrolment.ts';
import { type KeySet, readKeySet, signKeySet } from '../../agent/protocol/key-set.ts';
import { signRoot } from '../../agent/protocol/root.ts';
import { Attempts } from '../../simulator/hub/enrolment/attempts.ts';
import { startEnrolmentServer } from '../../simulator/hub/enrolment/server.ts';
import { makeAuthority } from '../../simulator/hub/keys/authority.ts';
import { toCryptoKeys } from '../../simulator/hub/keys/crypto-key.ts';
import { rootOf, signedRootOf } from '../../simulator/hub/keys/hub-keys.ts';
import { Failure } from '../check.ts';
import type { Rig } from './rig.ts';
import type { Scene, TerminalCheck } from './scene.ts';

export const enrolment: readonly TerminalCheck[] = [
  {
    name: 'the code goes to no server but the one that the sheet vouches for',
    shows: ['MDG-T-020'],
    run: toldToStrangers,
  },
  {
    name: 'a grant with one part that does not verify is refused',
    shows: ['MDG-T-021'],
    async run(scene) {
      for (const [what, wrong] of Object.entries(wrongGrants)) await refusesGrant(scene, what, wrong);
    },
  },
  {
    name: 'a claim whose answer was lost comes again with the same keys',
    shows: ['MDG-T-022'],
    run: lostAnswer,
  },
];

async function toldToStrangers(scene: Scene): Promise<void> {
  const { rig, signal } = scene;
  const stranger = newKeyPair();
  const strangers = await makeAuthority('Madoguchi root', stranger, Date.now);
  const ours = await makeAuthority('Madoguchi root', rig.keys['root-1'], Date.now);
  const document = signedRootOf(rig.keys);
  const root = { version: 1, generation: 1, threshold: 1, keys: [stranger.coseKey] } as const;
  const servers = {
    'a root document of another thumbprint': {
      document: signRoot({ ...root, keys: [...root.keys] }, [stranger]),
      root: strangers.certificate,
    },
    'a certificate of no key of the root document': { document, root: strangers.certificate },
    'a certificate of another authority beside that of a root key': { document, root: ours.certificate },
  };
  for (const [what, shown] of Object.entries(servers)) {
    let told = 0;
    const server = await startEnrolmentServer({
      ...{ ...shown, host: rig.host, say: () => undefined },
      identity: await strangers.server('Madoguchi enrolment', rig.host),
      attempts: new Attempts(10, 60_000, () => performance.now()),
      async decide() {
        told++;
        throw new Error('a stranger grants nothing');
      },
    });
    scene.undo(() => server.close());
    const { code } = await rig.tryEnrolment(rig.newEnrolment(server.url), signal);
    if (told > 0 || code === 0)
      throw new Failure({
        ...{ sent: `a server with ${what}`, expected: 'no claim, and an enrolment that fails' },
        came: told > 0 ? 'a claim with the code' : 'an enrolment that says it succeeded',
      });
  }
}

type Wrong = (grant: Grant, rig: Rig) => Grant | Promise<Grant>;

const rootKeys = ({ keys }: Rig) => [keys['root-1'], keys['root-2']];
const offCurve = (key: CoseKey): CoseKey => new Map(key).set(-3, Buffer.alloc(32, 7));

/** With another key set. */
const keySet =
  (change: (set: KeySet) => KeySet, by: (rig: Rig) => ReturnType<typeof rootKeys> = rootKeys): Wrong =>
  (grant, rig) => ({
    ...grant,
    keySet: signKeySet(change(readKeySet(grant.keySet, rootOf(rig.keys))), by(rig)),
  });
const same = (set: KeySet): KeySet => set;
const without = (keys: Record<string, CoseKey>): Record<string, CoseKey> =>
  Object.fromEntries(Object.entries(keys).slice(1));

const certificate = async (grant: Grant, rig: Rig, name: string, other: { key?: true; authority?: true }) => {
  const authority = await makeAuthority(
    'Madoguchi link',
    other.authority ? newKeyPair() : rig.keys.link,
    Date.now,
  );
  const key = other.key
    ? await x509.PublicKey.create((await toCryptoKeys(newKeyPair())).publicKey)
    : new x509.X509Certificate(grant.certificate).publicKey;
  return { ...grant, certificate: await authority.certify(name, key) };
};

const wrongGrants: Readonly<Record<string, Wrong>> = {
  'a key set that other keys signed': keySet(same, () => [newKeyPair(), newKeyPair()]),
  'a key set that too few keys signed': keySet(same, rig => rootKeys(rig).slice(0, 1)),
  'a key set with a point off the curve': keySet(set => ({
    ...set,
    keys: { ...set.keys, hub: offCurve(set.keys.hub) },
  })),
  'a key set without the keys of a municipality': keySet(set => ({
    ...set,
    keys: { ...set.keys, issuing: without(set.keys.issuing), issuingSeal: without(set.keys.issuingSeal) },
  })),
  'a configuration that another key signed': (grant, rig) => ({
    ...grant,
    configuration: signConfiguration(configurationOf(grant, rig), newKeyPair()),
  }),
  'a configuration for another terminal': (grant, rig) => ({
    ...grant,
    configuration: signConfiguration(
      { ...configurationOf(grant, rig), audience: 'another-terminal' },
      rig.keys.configuration,
    ),
  }),
  'a certificate for another key': (grant, rig) => certificate(grant, rig, grant.terminal, { key: true }),
  'a certificate for another name': (grant, rig) => certificate(grant, rig, 'another-terminal', {}),
  'a certificate of another authority': (grant, rig) =>
    certificate(grant, rig, grant.terminal, { authority: true }),
  'an epoch of 0': grant => ({ ...grant, epoch: 0 }),
  'a broker without TLS': grant => ({ ...grant, broker: grant.broker.replace('mqtts:', 'mqtt:') }),
  'an unnamed field': grant => ({ ...grant, more: 1 }) as Grant,
};

const configurationOf = ({ configuration, terminal }: Grant, { keys }: Rig) =>
  readConfiguration(configuration, terminal, keys.configuration.coseKey);

async function refusesGrant(scene: Scene, what: string, wrong: Wrong): Promise<void> {
  const { rig, signal } = scene;
  const enrolment = rig.newEnrolment();
  const { MADOGUCHI_TERMINAL: terminal, MADOGUCHI_HOME: home } = enrolment.values;
  const usual = scene.put('enrolment', async (message, { grant }) =>
    wrong(await rig.grant(message, grant), rig),
  );
  const { code } = await rig.tryEnrolment(enrolment, signal);
  usual();
  const came = rig.seen.lines.some(({ line }) => line.name === terminal);
  const wrote = existsSync(home);
  if (code === 0 || came || wrote)
    throw new Failure({
      ...{ sent: `a grant with ${what}`, expected: 'an enrolment that fails, and nothing written' },
      came: came
        ? 'a connection'
        : code === 0
          ? 'an enrolment that says it succeeded'
          : 'MADOGUCHI_HOME is there',
    });
}

async function lostAnswer(scene: Scene): Promise<void> {
  const { rig, signal } = scene;
  const enrolment = rig.newEnrolment();
  const usual = scene.put('enrolment', async (message, { grant }) => {
    await rig.grant(message, grant);
    throw new Error('the answer is lost');
  });
  await rig.tryEnrolment(enrolment, signal);
  usual();
  const { code } = await rig.tryEnrolment(enrolment, signal);
  const [first, again] = enrolment.claims;
  if (code === 0 && first && again && encode(first).equals(encode(again))) return;
  throw new Failure({
    ...{ sent: 'no answer to a claim, and a grant to the next', expected: 'the same claim, and a home' },
    came: !first
      ? 'no claim'
      : !again
        ? 'no second claim that the hub grants'
        : code === 0
          ? 'a claim with other keys'
          : `an enrolment that failed with ${code}`,
  });
}
