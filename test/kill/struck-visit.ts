// A plan as a fault that is played in a visit (simulator/faults/faulty-visit.ts): however it ends, all books have to agree.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../simulator/faults/fault.ts';
import { atMoment } from '../../simulator/faults/moments.ts';
import type { Scene } from '../../simulator/faults/scene.ts';
import type { Victim } from '../../simulator/faults/victims.ts';
import type { LogEntry } from '../../simulator/terminal/log-entry.ts';
import { nameOf, type Plan, type Strike } from './plan.ts';
import type { Striker } from './striker.ts';

const printsSlips: readonly Victim[] = ['agent', 'gate', 'native'];

export const titleOf = ({ at, strikes: [first, ...others] }: Plan): string => {
  const then = others.map(
    strike => `, ${nameOf(strike)} ${strike.onResume ? 'on resuming or ' : ''}${strike.afterMs} ms later`,
  );
  return `${nameOf(first)} at ${at ?? 'an instant'}${then.join('')}`;
};

/** Whether a claim slip may be missing: a process that prints it was dead at that time. The screen showed the claim. */
class SlipWatch {
  inDanger = false;
  #at: unknown;
  #away = false;

  hear = ({ process, msg, fields }: LogEntry): void => {
    if (msg === 'step') this.#at = fields.at;
    if (process === 'native' && fields.device === 'receipt' && fields.online === true) this.#away = false;
    this.#look();
  };

  struck({ victims }: Strike): void {
    if (victims.includes('gate') || victims.includes('native')) this.#away = true;
    if (victims.some(victim => printsSlips.includes(victim))) this.inDanger ||= this.#at === 'claim';
    this.#look();
  }

  #look(): void {
    this.inDanger ||= this.#away && this.#at === 'claim';
  }
}

/** `onAim`: when the first strike is made, at its moment. */
export function struckVisit(plan: Plan, striker: Striker, onAim: () => void): Fault {
  const [first, ...others] = plan.strikes;
  const slip = new SlipWatch();
  return {
    name: `kill.${titleOf(plan)}`,
    summary: '',
    expected: { ends: [], anyhow: true },
    get mayLoseSlip() {
      return slip.inDanger;
    },
    arrange(scene) {
      scene.undo(scene.shop.onLog(slip.hear));
      const strike = (one: Strike) => {
        slip.struck(one);
        return striker.strike(one);
      };
      const follow = async () => {
        for (const one of others) {
          const later = sleep(one.afterMs);
          await (one.onResume ? Promise.race([later, scene.shop.happened('restarted')]) : later);
          const { back } = await strike(one);
          scene.act(() => back);
        }
        await striker.settled();
      };
      const begin = async () => {
        if (plan.at) onAim();
        const { back } = await strike(first);
        scene.act(follow);
        await back;
      };
      if (plan.at) atMoment(scene, plan.at, begin);
      else scene.atState('card', () => sleep(first.afterMs).then(begin));
    },
  };
}

/** With no resident there: cuts the link, and kills processes. */
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
