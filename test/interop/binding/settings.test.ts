// What a terminal's folders hold of the hub: key set, configuration, grant and consent, with each field changed and rightly signed again.
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import { readHome } from '../../../agent/config/home.ts';
import { quarantined, quarantineOf } from '../../../agent/journal/quarantine.ts';
import { nodeStorage } from '../../../agent/journal/storage.ts';
import { encode, type Value } from '../../../agent/protocol/cbor.ts';
import { type Configuration, signConfiguration } from '../../../agent/protocol/configuration.ts';
import { contextOf } from '../../../agent/protocol/context.ts';
import { newKeyPair, toKeyPair } from '../../../agent/protocol/cose-key.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { type Grant, readGrant } from '../../../agent/protocol/enrolment.ts';
import { signKeySet } from '../../../agent/protocol/key-set.ts';
import { readNextRoot, rootThumbprint, signRoot } from '../../../agent/protocol/root.ts';
import { checkGrant } from '../../../provisioning/enrolment/grant-check.ts';
import { checkSuccession } from '../../../provisioning/enrolment/succession.ts';
import { release } from '../../../provisioning/journal/release.ts';
import { makeAuthority } from '../../../simulator/hub/keys/authority.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import {
  configurationKey,
  hubKey,
  keySet,
  root,
  rootDocument,
  terminal,
  withHome,
  writeHome,
} from '../../agent/config/home-folder.ts';
import * as sample from '../sample-bodies.ts';
import { bind, free, Reported } from './fields.ts';

const dir = temporaryFolder('binding');
test.after(() => rmSync(dir, { recursive: true }));

const forTheHub = free('a setting: the hub decides it, within the range of the schema');

const serving = { '132047': newKeyPair().coseKey };
const accepted = JSON.stringify({ keySet: 24, configuration: 256 });
const anyKey = free('the root key vouches for it; what another key signs or opens is refused');
bind({
  name: 'key set',
  of: 'key set',
  body: { ...keySet, generation: 24, keys: { ...keySet.keys, issuing: serving, issuingSeal: serving } },
  take: body =>
    withHome(
      {
        'key-set.cbor': signKeySet(body as typeof keySet, [root]),
        'accepted.json': JSON.stringify({ keySet: 24 }),
      },
      readHome,
    ),
  other: {
    generation: 23,
    'keys.hub': newKeyPair().coseKey,
    'keys.configuration': newKeyPair().coseKey,
    'keys.cardAuthentication': newKeyPair().coseKey,
    'keys.cardAuthenticationSeal': newKeyPair().coseKey,
    'keys.issuing': { '131130': newKeyPair().coseKey },
    'keys.issuingSeal.132047': newKeyPair().coseKey,
  },
  fields: {
    version: 'agent/home key-set.cbor version',
    generation: 'agent/home key-set.cbor',
    'keys.hub': anyKey,
    'keys.configuration': 'agent/home configuration.cbor',
    'keys.cardAuthentication': anyKey,
    'keys.cardAuthenticationSeal': anyKey,
    'keys.issuing': 'agent/home key-set.cbor keys',
    'keys.issuingSeal.132047': anyKey,
  },
});

// the one that a terminal begins with must have the thumbprint on the sheet; this one comes after it
const second = newKeyPair();
const nextRoot = { ...rootDocument, generation: 2, threshold: 2, keys: [root.coseKey, second.coseKey] };
bind({
  name: 'root document that follows another',
  of: 'root',
  body: nextRoot,
  take: body => readNextRoot(signRoot(body, [root, second]), rootDocument),
  other: {
    generation: 1,
    threshold: 1,
    'keys.0': newKeyPair().coseKey as never,
  },
  fields: {
    version: 'protocol/schema version',
    generation: 'protocol/generation',
    threshold: free('the root keys decide together how many of them must sign'),
    'keys.0': 'protocol/threshold',
  },
});
const sheet = rootThumbprint(rootDocument);
bind({
  name: 'root document of the sheet',
  of: 'root',
  body: rootDocument,
  take: body => {
    if (!rootThumbprint(body).equals(sheet)) throw new Reported('provisioning/root');
  },
  other: { 'keys.0': newKeyPair().coseKey as never },
  fields: {
    version: 'provisioning/root',
    generation: 'provisioning/root',
    threshold: 'provisioning/root',
    'keys.0': 'provisioning/root',
  },
});

const configuration: Configuration = { ...sample.configuration, audience: terminal };
const leaves = (value: object, path: string): string[] =>
  Object.entries(value).flatMap(([name, item]) => {
    const at = `${path}.${name}`;
    return typeof item === 'object' ? leaves(Array.isArray(item) ? item.slice(0, 1) : item, at) : [at];
  });
const residentRecord = 'municipalities.132047.kinds.residentRecord';
bind({
  name: 'configuration',
  of: 'configuration',
  body: configuration,
  take: body =>
    withHome(
      {
        'configuration.cbor': sign1(body as never, configurationKey, contextOf.configuration(terminal)),
        'accepted.json': accepted.replace('24', '1'),
      },
      readHome,
    ),
  other: { seq: 255, [`${residentRecord}.sides`]: 'two-sided-long-edge' },
  fields: {
    schema: 'agent/home configuration.cbor schema',
    audience: 'agent/home configuration.cbor audience',
    seq: 'agent/home configuration.cbor',
    ...Object.fromEntries(
      ['waits', 'shop', 'municipalities']
        .flatMap(name => leaves(configuration[name as 'waits'], name))
        .map(path => [path, forTheHub]),
    ),
    [`${residentRecord}.media`]: `agent/home configuration.cbor ${residentRecord}.media`,
  },
});

// a grant, as a terminal that was enrolled before gets it
const authority = await makeAuthority('Test link', newKeyPair(), Date.now);
const { key, certificate } = await authority.client(terminal);
const link = toKeyPair(createPrivateKey(key));
const otherAuthority = await makeAuthority('Test link', newKeyPair(), Date.now);
const issuing = { '132047': newKeyPair().coseKey };
const issuingSeal = { '132047': newKeyPair().coseKey };
const withMitaka = (generation: number) => ({
  ...{ version: 1 as const, generation },
  keys: { ...keySet.keys, issuing, issuingSeal },
});
const grant: Grant = {
  terminal,
  epoch: 4,
  broker: 'mqtts://127.0.0.1:8883',
  certificate,
  authority: authority.certificate,
  keySet: signKeySet(withMitaka(24), [root]),
  configuration: signConfiguration(configuration, configurationKey),
};
const former = {
  ...{ terminal, epoch: 3, root: rootDocument },
  ...{ keySet: { generation: 24 }, configuration: { seq: 256 } },
};
bind({
  name: 'grant',
  of: 'grant',
  body: grant,
  take: body => {
    const read = readGrant(encode(body as unknown as Value)) as Grant;
    checkGrant(read, rootDocument, link);
    checkSuccession(read, rootDocument, former);
  },
  other: {
    epoch: 3,
    broker: 'mqtt://127.0.0.1:8883',
    certificate: (await authority.client(terminal)).certificate,
    authority: otherAuthority.certificate,
    keySet: signKeySet(withMitaka(23), [root]),
    configuration: signConfiguration({ ...configuration, seq: 255 }, configurationKey),
  },
  fields: {
    terminal: 'provisioning/grant',
    epoch: 'provisioning/grant',
    broker: 'protocol/schema broker',
    certificate: 'provisioning/grant',
    authority: 'provisioning/grant',
    keySet: 'provisioning/grant',
    configuration: 'provisioning/grant',
  },
});

// a consent to a journal in quarantine; agent.json of this home has epoch 2
const evidenceOf = async (home: string) => (await quarantined(nodeStorage, join(home, 'journal')))!.evidence;
const stopped = async (home: string) => {
  await writeHome(home);
  const place = quarantineOf(join(home, 'journal'));
  mkdirSync(place);
  writeFileSync(join(place, '00000001.segment'), 'altered');
};
const first = join(dir, 'first');
await stopped(first);
let homes = 0;
bind({
  name: 'release',
  of: 'release',
  body: { terminal, epoch: 2, newEpoch: 8, evidence: await evidenceOf(first) },
  take: async body => {
    const home = join(dir, `home-${homes++}`);
    await stopped(home);
    await release(home, sign1(body, hubKey, contextOf.release(terminal)));
  },
  other: { epoch: 1 },
  fields: {
    terminal: 'provisioning/consent terminal',
    epoch: 'provisioning/consent',
    newEpoch: free('any later epoch: the hub counts them'),
    evidence: 'provisioning/consent',
  },
});

test.run();
