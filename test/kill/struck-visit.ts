// A plan as a fault that is played in a visit (simulator/faults/play.ts): however it ends, all books have to agree.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../simulator/faults/fault.ts';
import { atMoment } from '../../simulator/faults/moments.ts';
import type { Scene } from '../../simulator/faults/scene.ts';
import { nameOf, type Plan } from './plan.ts';
import type { Striker } from './striker.ts';

export const titleOf = ({ at, strikes }: Plan): string =>
  `${nameOf(strikes[0])} at ${at ?? 'an instant'}${strikes
    .slice(1)
    .map(
      strike => `, ${nameOf(strike)} ${strike.onResume ? 'on resuming or ' : ''}${strike.afterMs} ms later`,
    )
    .join('')}`;

/** `onAim`: when the first strike is made, at its moment. */
export function struckVisit(plan: Plan, striker: Striker, onAim: () => void): Fault {
  const [first, ...others] = plan.strikes;
  let slipInDanger = false;
  return {
    name: `kill.${titleOf(plan)}`,
    summary: '',
    expected: { ends: [], anyhow: true },
    get mayLoseSlip() {
      return slipInDanger;
    },
    arrange(scene) {
      let at: unknown;
      const watch = scene.shop.onLog(({ msg, fields }) => {
        if (msg === 'step') at = fields.at;
      });
      scene.undo(watch);
      const resumed = () => scene.shop.happened('restarted');
      const follow = async () => {
        for (const strike of others) {
          const later = sleep(strike.afterMs);
          await (strike.onResume ? Promise.race([later, resumed()]) : later);
          const { back } = await striker.strike(strike);
          slipInDanger ||= at === 'claim';
          scene.act(() => back);
        }
        await striker.settled();
      };
      const begin = async () => {
        if (plan.at) onAim();
        const { back } = await striker.strike(first);
        slipInDanger ||= at === 'claim';
        scene.act(follow);
        await back;
      };
      if (plan.at) atMoment(scene, plan.at, begin);
      else scene.atState('card', () => sleep(first.afterMs).then(begin));
    },
  };
}

/** While nobody is there: the link is cut, and somebody is killed. */
export async function struckBetween({ cut, between }: Plan, { shop }: Pick<Scene, 'shop'>, striker: Striker) {
  if (cut) {
    await shop.hub.broker.stop();
    await sleep(cut.forMs);
    await shop.hub.broker.start({ forgetful: cut.forgetful });
  }
  const { tired } = striker;
  for (const strike of [between, tired && { victims: [tired], forgetful: false, afterMs: 0 }])
    if (strike) await (await striker.strike(strike)).back;
}
