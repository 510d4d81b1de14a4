// Versions of the contract.
import { randomBytes } from 'node:crypto';
import { contract } from '../../agent/protocol/contract.ts';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { digestOf, signVersionRefusal } from '../../agent/protocol/version-refusal.ts';
import { commonVersion } from '../../agent/protocol/versions.ts';
import { Failure, NotTried } from '../check.ts';
import { againWithinMs } from './acknowledgements.ts';
import { servesNobody } from './questions.ts';
import { waits } from './rig.ts';
import { about, asked, type Scene, type TerminalCheck } from './scene.ts';
import { endsWithoutMoney } from './without-money.ts';

const spokenBy = ({ rig }: Scene): readonly number[] => rig.birth?.versions ?? [];

export const versions: readonly TerminalCheck[] = [
  {
    name: 'questions are in the highest version that terminal and hub have in common',
    shows: ['MDG-T-070'],
    async run(scene) {
      const visit = await scene.visit();
      const common = commonVersion(spokenBy(scene), contract.versions);
      const others = visit.questions.filter(({ version }) => version !== common);
      if (visit.end?.outcome !== 'issued' || others.length > 0)
        throw new Failure({
          ...{ sent: 'right answers', expected: `questions in version ${common}, and an end issued` },
          came: `${others.map(({ version }) => version).join(' ')} ${about(visit)}`,
        });
    },
  },
  {
    name: 'a question that is refused for its version comes again under its id in one that both speak',
    shows: ['MDG-T-073'],
    async run(scene) {
      await scene.up();
      const { seen } = scene.rig;
      const later = spokenBy(scene).filter(version => version > Math.max(...contract.versions));
      if (later.length === 0)
        throw new NotTried(
          `the terminal speaks no later version than this kit: ${spokenBy(scene).join(' ')}`,
        );
      const again = () =>
        seen.later.some(first =>
          seen.questions.some(({ id, line }) => line === first.line && first.id?.equals(id)),
        );
      const comes = scene.until(() => again() || undefined);
      if (!(await scene.within(againWithinMs, comes)))
        throw new Failure({
          ...{ sent: 'version refusals of its questions', expected: 'each again under its id' },
          came: `none within ${againWithinMs / 1000} s`,
        });
    },
  },
  {
    name: 'a version refusal of a message that is not open is not used',
    shows: ['MDG-T-075'],
    async run(scene) {
      await scene.ready();
      const former = scene.rig.answeredProbe;
      let refused = false;
      scene.put('routing', async ({ question }) => {
        if (question.ask !== 'challenge' || refused) return undefined;
        refused = true;
        await refuse(scene, randomBytes(32));
        if (former) await refuse(scene, digestOf(former.message));
        return undefined;
      });
      const visit = await scene.visit();
      if (visit.end?.outcome === 'issued') return;
      throw new Failure({
        ...{
          sent: 'version refusals of messages that are not open, then right answers',
          expected: 'an end issued',
        },
        came: about(visit),
      });
    },
  },
  {
    name: 'a version refusal without a version in common ends its question',
    shows: ['MDG-T-071'],
    async run(scene) {
      await scene.up();
      scene.put('routing', async ({ question }) => {
        if (question.ask !== 'challenge') return undefined;
        await refuse(scene, lastAsked(scene, 'challenge'));
        return 'nothing';
      });
      const visit = await scene.visit();
      const copies = asked(visit, 'challenge');
      const tookMs = (copies.at(-1)?.atMs ?? 0) - (copies[0]?.atMs ?? 0);
      const sent = 'a version refusal of challenge, for version 255 only';
      endsWithoutMoney(visit, sent, ['MDG-T-071']);
      if (tookMs > waits.hubMs / 2)
        throw new Failure({
          sent,
          expected: 'its question ends',
          came: `it was asked again for ${Math.round(tookMs)} ms`,
        });
    },
  },
  {
    name: 'nobody is served where the hub refuses every version',
    shows: ['MDG-T-076'],
    run: scene =>
      servesNobody(scene, 'version refusals of probe, for version 255 only', async () => {
        await refuse(scene, lastAsked(scene, 'probe'));
        return 'nothing' as const;
      }),
  },
];

const lastAsked = ({ rig }: Scene, ask: string): Buffer =>
  digestOf(rig.seen.questions.findLast(({ question }) => question.ask === ask)!.message);

const refuse = ({ rig }: Scene, refused: Buffer): Promise<void> => {
  const { reply } = topicsOf(rig.terminal);
  return rig.hub.forge(reply, signVersionRefusal({ refused, versions: [255] }, reply, rig.keys.hub));
};
