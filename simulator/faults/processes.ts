// Whatever can die, at every state of a transaction. Each death is kill -9, and the dead come back.
import { type Expected, end, type Fault, issued, withoutReceipt } from './fault.ts';
import { type Moment, type MomentName, moments } from './moments.ts';
import type { Scene } from './scene.ts';

/** Kills, and brings back who does not come back by itself. */
const victims = {
  async agent({ shop }: Scene) {
    await shop.terminal.agent.kill('agent');
    await shop.restart();
  },
  gate: ({ shop }: Scene) => shop.terminal.agent.kill('gate'),
  native: ({ shop }: Scene) => shop.terminal.agent.kill('native'),
  async hub({ shop }: Scene) {
    await shop.hub.crash();
    await shop.hub.recover();
  },
  async broker({ shop }: Scene) {
    await shop.hub.broker.kill();
    await shop.hub.broker.start();
  },
} as const;

export type Victim = keyof typeof victims;

/** What the moment comes to when nothing happens to it. */
const otherwise: Partial<Record<MomentName, Expected>> = {
  void: end('abandoned', 'pay/declined'),
  claim: end('refundDue', 'pay/declined'),
  refused: end('refused', 'issuing/moved'),
  abandoned: end('abandoned', 'choose/declined'),
  refundDue: end('refundDue', 'pay/declined'),
  unknown: end('unknown', 'print/unknown'),
};

const anyOf = (...expected: Expected[]): Expected => ({ ends: expected.flatMap(({ ends }) => ends) });

/** Where a death changes the end. */
const changed: Record<Victim, Partial<Record<MomentName, Expected>>> = {
  agent: {},
  gate: {},
  native: {},
  hub: {},
  broker: {},
};

function killed(victim: Victim, name: MomentName): Fault {
  const moment: Moment = moments[name];
  return {
    name: `${victim}.killed-at-${name}`,
    summary: `${victim} is killed at ${name}`,
    expected: changed[victim][name] ?? otherwise[name] ?? issued,
    arrange(scene) {
      const over = Promise.withResolvers<void>();
      moment.way?.(scene);
      moment.hold?.(scene, over.promise);
      scene.atState(
        moment.state,
        async () => {
          await victims[victim](scene);
          over.resolve();
        },
        moment.event,
      );
    },
  };
}

export const processFaults: readonly Fault[] = (Object.keys(victims) as Victim[]).flatMap(victim =>
  (Object.keys(moments) as MomentName[]).map(name => killed(victim, name)),
);
