// What a terminal says of itself at each connection.
import { Failure } from '../check.ts';
import type { Scene, TerminalCheck } from './scene.ts';
import type { SeenPresence } from './sightings.ts';

const birth = ({ rig }: Scene): SeenPresence => rig.birth!;

export const presence: readonly TerminalCheck[] = [
  {
    name: 'birth message and last will carry one session, and the next connection has another',
    shows: ['MDG-T-062'],
    async run(scene) {
      await scene.up();
      const first = birth(scene);
      sameAsWill(scene, first);
      scene.rig.front.cut();
      await scene.until(() => (scene.rig.isOnline && birth(scene).line !== first.line ? true : undefined));
      const second = birth(scene);
      sameAsWill(scene, second);
      if (second.session.equals(first.session))
        throw new Failure({
          ...{ sent: 'a connection that was closed', expected: 'another session', came: 'the same session' },
        });
    },
  },
  {
    name: 'the presence names versions of the contract, rising',
    shows: ['MDG-T-072'],
    async run(scene) {
      await scene.up();
      const { versions } = birth(scene); // its reader has checked that they rise
      if (!versions.includes(1))
        throw new Failure({
          sent: 'a connection',
          expected: 'version 1 among them',
          came: versions.join(' '),
        });
    },
  },
];

function sameAsWill({ rig }: Scene, { line, session }: SeenPresence): void {
  const will = rig.seen.connects.find(connect => connect.line === line)?.lastWill;
  if (will && !will.online && will.session.equals(session)) return;
  throw new Failure({
    ...{ sent: 'CONNACK', expected: 'the session of the last will in the birth message' },
    came: will ? 'another session' : 'no last will that verifies',
  });
}
