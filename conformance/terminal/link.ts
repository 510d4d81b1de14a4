// How a terminal connects, and what it does where it cannot.
import { isIP } from 'node:net';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { makeAuthority } from '../../simulator/hub/keys/authority.ts';
import { Failure } from '../check.ts';
import type { Manner } from './front.ts';
import type { Scene, TerminalCheck } from './scene.ts';
import type { SeenConnect } from './sightings.ts';

/** Of CONNECT and PUBLISH to the terminal: 1 MiB and 1 KiB. */
const packetLimit = 1_049_600;

export const link: readonly TerminalCheck[] = [
  {
    name: 'it speaks TLS 1.3, and names the broker',
    shows: ['MDG-T-010'],
    async run(scene) {
      await scene.up();
      const { line } = connected(scene);
      const { host } = scene.rig;
      const name = isIP(host) === 0 ? host : undefined;
      if (line.protocol === 'TLSv1.3' && line.serverName === name) return;
      throw new Failure({
        ...{
          sent: `the address ${host}`,
          expected: `TLSv1.3, server name ${name ?? 'none, for it is an address'}`,
        },
        came: `${line.protocol}, server name ${line.serverName ?? 'none'}`,
      });
    },
  },
  {
    name: 'it says nothing to a broker of another authority, nor to one without TLS 1.3',
    shows: ['MDG-T-010'],
    async run(scene) {
      await scene.up();
      const stranger = await makeAuthority('Madoguchi link', newKeyPair(), Date.now);
      const { key, certificate } = await stranger.server('Madoguchi conformance', scene.rig.host);
      await refusesBroker(scene, 'the certificate of another authority', { key, cert: certificate });
      await refusesBroker(scene, 'TLS 1.2', { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
    },
  },
  {
    name: 'CONNECT has its id as client id, Clean Start, no expiry, no user name, and a last will',
    shows: ['MDG-T-011'],
    async run(scene) {
      await scene.up();
      const { rig } = scene;
      const connect = connected(scene);
      const { version, clean, clientId, userName, password, sessionExpiryS = 0, will, lastWill } = connect;
      const wrongs = [
        version !== 5 && `MQTT version ${version}`,
        clientId !== rig.terminal && `client id ${clientId}`,
        !clean && 'no Clean Start',
        (userName || password) && 'a user name or password',
        sessionExpiryS > 0 && `a session that expires after ${sessionExpiryS} s`,
        !will && 'no last will',
        will && will.topic !== topicsOf(rig.terminal).presence && `a last will on ${will.topic}`,
        will && !(will.qos === 1 && will.retain) && `a last will of QoS ${will.qos}, retained ${will.retain}`,
        will && !lastWill && 'a last will that does not verify',
        lastWill?.online && 'a last will that says online',
      ].filter(wrong => typeof wrong === 'string');
      if (wrongs.length > 0)
        throw new Failure({ sent: 'a connection', expected: 'as hub.md, CONNECT', came: wrongs.join('; ') });
    },
  },
  {
    name: 'it announces its packet limit, and ends a connection at the header of a larger packet',
    shows: ['MDG-T-013'],
    async run(scene) {
      await scene.up();
      const { line, maxPacketBytes } = connected(scene);
      if (maxPacketBytes !== packetLimit)
        throw new Failure({
          ...{ sent: 'a connection', expected: `Maximum Packet Size ${packetLimit}` },
          came: String(maxPacketBytes),
        });
      line.write(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x01])); // PUBLISH, QoS 0, 2 MiB to come
      if (await scene.within(closesWithinMs, line.ended)) return scene.again();
      line.cut();
      throw new Failure({
        ...{ sent: 'the header of a packet of 2 MiB', expected: 'the connection is closed' },
        came: `it is still open after ${closesWithinMs / 1000} s`,
      });
    },
  },
  {
    name: 'a broker that closes each connection is tried again, and not all the time',
    shows: ['MDG-T-012'],
    async run(scene) {
      await scene.up();
      const { seen } = scene.rig;
      const { before, passes } = comesBackTo(scene, 'closesAfterConnect');
      await scene.until(() => (seen.lines.length > before ? true : undefined));
      await scene.rest(triesWithinMs);
      const tries = seen.lines.length - before;
      passes();
      if (tries > maxTries)
        throw new Failure({
          ...{ sent: 'a broker that closes each connection', expected: 'waits that grow' },
          came: `${tries} connections in ${triesWithinMs / 1000} s`,
        });
      await scene.again();
    },
  },
  {
    name: 'after its session was taken over it does not come back at once',
    shows: ['MDG-T-012'],
    async run(scene) {
      await scene.up();
      const { seen } = scene.rig;
      const { before, passes } = comesBackTo(scene, 'takenOver');
      const taken = await scene.until(() => seen.lines.at(before)?.line);
      await taken.ended;
      passes();
      // the wait begins at its CONNECT, which got the DISCONNECT: this process may see both late
      const told = seen.connects.find(({ line }) => line === taken)?.atMs ?? performance.now();
      const next = () => seen.lines.at(before + 1)?.atMs;
      await scene.within(awayMs, scene.until(next));
      if ((next() ?? Infinity) < told + awayMs)
        throw new Failure({
          ...{
            sent: 'DISCONNECT 0x8E, session taken over',
            expected: 'half a minute without it, more or less',
          },
          came: `a new connection within ${awayMs / 1000} s`,
        });
      await scene.again();
    },
  },
];

/** Cuts the connection; the next ones are to a broker of this manner, until `passes` or the check's end. `before`: how many lines were seen. */
function comesBackTo(scene: Scene, manner: Manner) {
  const { front, seen } = scene.rig;
  const passes = () => {
    front.manner = 'passes';
  };
  scene.undo(passes);
  const before = seen.lines.length;
  front.manner = manner;
  front.cut();
  return { before, passes };
}

const closesWithinMs = 30_000;
/** With full jitter from half a second, doubled each time, a dozen tries never fall into this time. */
const triesWithinMs = 8_000;
const maxTries = 12;
/** The least that a terminal of ours stays away; its wait is drawn between this and 30 s. */
const awayMs = 4_500;

const connected = ({ rig }: Scene): SeenConnect =>
  rig.seen.connects.findLast(({ line }) => line.name === rig.terminal)!;

/** A broker that the terminal must not speak to, for two connections. */
async function refusesBroker(
  scene: Scene,
  what: string,
  tls: Parameters<Scene['rig']['front']['speaks']>[0],
): Promise<void> {
  const { front, seen } = scene.rig;
  const usual = () => front.speaks();
  scene.undo(usual);
  const tries = () => seen.lines.filter(({ over }) => over).length + seen.refusedByTls.length;
  const [connects, before] = [seen.connects.length, seen.lines.length + seen.refusedByTls.length];
  front.speaks(tls);
  front.cut();
  await scene.until(() => (tries() >= before + 2 || seen.connects.length > connects ? true : undefined));
  usual();
  if (seen.connects.length > connects)
    throw new Failure({ sent: `a broker with ${what}`, expected: 'no CONNECT', came: 'CONNECT' });
  await scene.again();
}
