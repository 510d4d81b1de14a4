// Versions of the contract.
import { randomBytes } from 'node:crypto';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { digestOf, signVersionRefusal } from '../../agent/protocol/version-refusal.ts';
import { commonVersion } from '../../agent/protocol/versions.ts';
import { Failure } from '../check.ts';
import { waits } from './rig.ts';
import { about, asked, type Scene, type TerminalCheck } from './scene.ts';
import { endsWithoutMoney } from './without-money.ts';

export const versions: readonly TerminalCheck[] = [
  {
    name: 'questions are in the highest version that terminal and hub have in common',
    shows: ['MDG-T-070'],
    async run(scene) {
      const visit = await scene.visit();
      const spoken = scene.rig.seen.presences.findLast(({ online }) => online)?.versions ?? [];
      const common = commonVersion(spoken);
      const others = visit.questions.filter(({ version }) => version !== common);
      if (visit.end?.outcome !== 'issued' || others.length > 0)
        throw new Failure({
          ...{ sent: 'right answers', expected: `questions in version ${common}, and an end issued` },
          came: `${others.map(({ version }) => version).join(' ')} ${about(visit)}`,
        });
    },
  },
  {
    name: 'a version refusal that names no open question ends none',
    shows: ['MDG-T-071'],
    async run(scene) {
      await scene.up();
      const { seen } = scene.rig;
      const former = seen.questions.find(({ question }) => question.ask === 'probe');
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
    name: 'a version refusal that names a question ends it',
    shows: ['MDG-T-071'],
    async run(scene) {
      await scene.up();
      scene.undo(() => scene.rig.subject.stop()); // it speaks to this hub no more, on this connection
      scene.put('routing', async ({ question }) => {
        if (question.ask !== 'challenge') return undefined;
        await refuse(
          scene,
          digestOf(scene.rig.seen.questions.findLast(one => one.question.ask === 'challenge')!.message),
        );
        return 'nothing';
      });
      const visit = await scene.visit();
      const copies = asked(visit, 'challenge');
      const tookMs = (copies.at(-1)?.atMs ?? 0) - (copies[0]?.atMs ?? 0);
      const sent = 'a version refusal of challenge, for version 255';
      endsWithoutMoney(visit, sent, ['MDG-T-071']);
      if (tookMs > waits.hubMs / 2)
        throw new Failure({
          sent,
          expected: 'its question ends',
          came: `it was asked again for ${Math.round(tookMs)} ms`,
        });
    },
  },
];

const refuse = ({ rig }: Scene, refused: Buffer): Promise<void> => {
  const { reply } = topicsOf(rig.terminal);
  return rig.hub.forge(reply, signVersionRefusal({ refused, versions: [255] }, reply, rig.keys.hub));
};
