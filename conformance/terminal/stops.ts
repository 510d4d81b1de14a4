// Checks that leave the terminal stopped, for a person to release: the last ones.
import { randomBytes } from 'node:crypto';
import { Failure } from '../check.ts';
import type { TerminalCheck } from './scene.ts';

const stopsWithinMs = 60_000;

export const stops: readonly TerminalCheck[] = [
  {
    name: 'a terminal whose journal and hub disagree stops, and says so in its presence',
    shows: ['MDG-T-055'],
    limitMs: 240_000,
    async run(scene) {
      await scene.measured();
      await scene.settled();
      const { rig } = scene;
      const { seen, terminal } = rig;
      scene.undo(async () => {
        await rig.stop();
        rig.forget();
      });
      const sinceMs = performance.now();
      const usual = scene.put('acknowledgement', ({ acknowledgement }) => ({
        ...acknowledgement,
        tag: randomBytes(16),
      }));
      const stopped = scene.until(() =>
        seen.presences.find(one => one.atMs > sinceMs && one.terminal === terminal && one.stopped),
      );
      void scene.startVisit();
      const late = scene.rest(stopsWithinMs).then(() => undefined);
      const said = await Promise.race([stopped, late]);
      usual();
      if (!said)
        throw new Failure({
          ...{
            sent: 'acknowledgements with another tag than the records have',
            expected: 'a presence with stopped',
          },
          came: `none within ${stopsWithinMs / 1000} s`,
        });
      const { fromMs } = await scene.noVisit();
      if (seen.questions.some(({ atMs, question }) => atMs > fromMs && question.ask === 'challenge'))
        throw new Failure({
          sent: 'a resident at a stopped terminal',
          expected: 'no visit',
          came: 'a challenge',
        });
    },
  },
];
