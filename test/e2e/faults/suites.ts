// Which suite plays which faults, one visit a fault. complete.test.ts fails where a fault is in none of them.
import { conditionOf, type Fault } from '../../../simulator/faults/fault.ts';
import { deathWaits } from '../../../simulator/faults/faulty-visit.ts';
import type { MomentName } from '../../../simulator/faults/moments.ts';
import { faults } from '../../../simulator/faults/registry.ts';
import { type Victim, victims } from '../../../simulator/faults/victims.ts';
import type { ShopOptions } from '../../../simulator/shop/shop.ts';

export interface FaultSuite {
  title: string;
  takes(fault: Fault): boolean;
  /** As Shop.open has them; `inside` and `shortWaits` where left out. */
  hub?: 'process';
  waits?: ShopOptions['waits'];
  /** As StageOptions has it. */
  visits?: number;
}

/** Up to the fee, and where only records are left to send: at the others a death outside the terminal changes nothing. */
const felt: readonly MomentName[] = [
  ...(['card', 'pin', 'authenticate', 'choose', 'confirm', 'order', 'cardReturned'] as const),
  ...(['fetch', 'check', 'pay', 'receipt'] as const),
];

const deathOf = ({ name }: Fault): Victim | undefined =>
  victims.find(victim => name.startsWith(`${victim}.killed-at-`));
const isFelt = ({ name }: Fault): boolean => felt.some(moment => name.endsWith(`.killed-at-${moment}`));

/** Every fault of these conditions that is no death. */
const of =
  (...conditions: readonly string[]) =>
  (fault: Fault): boolean =>
    conditions.includes(conditionOf(fault)) && deathOf(fault) === undefined;
const deaths = (victim: Victim) => (fault: Fault) => deathOf(fault) === victim;
const feltDeaths = (victim: Victim) => (fault: Fault) => deathOf(fault) === victim && isFelt(fault);

/** By name of the test file that plays it. */
export const suites = {
  card: { title: 'faults of card and reader', takes: of('card'), visits: 24 },
  'pinpad-and-receipt': {
    title: 'faults of PIN pad and receipt printer',
    takes: of('pinpad', 'receipt'),
    visits: 24,
  },
  page: {
    title: 'faults of the page printer, and of a gate that prints',
    takes: of('page', 'gate'),
    visits: 24,
  },
  hub: { title: 'faults of the hub', takes: of('hub'), visits: 24 },
  people: {
    title: 'faults of till, screen and customer',
    takes: of('till', 'panel', 'customer'),
    visits: 24,
  },
  'agent-killed': { title: 'agent killed at every state', takes: deaths('agent'), waits: deathWaits },
  'gate-killed': { title: 'gate killed at every state', takes: deaths('gate'), waits: deathWaits },
  'native-killed': { title: 'native killed at every state', takes: deaths('native'), waits: deathWaits },
  // A process of its own here. Beside another fault of the hub's, which lives in the hub's own process, its death is played.
  'hub-killed': { title: 'hub killed with -9', takes: feltDeaths('hub'), waits: deathWaits, hub: 'process' },
  'broker-killed': { title: 'broker killed', takes: feltDeaths('broker'), waits: deathWaits },
} as const satisfies Record<string, FaultSuite>;

export type SuiteName = keyof typeof suites;

/** Deaths outside the terminal that it does not feel: `npm run test:faults -- --alone` plays them. */
export const isForCampaign = (fault: Fault): boolean => {
  const victim = deathOf(fault);
  return (victim === 'hub' || victim === 'broker') && !isFelt(fault);
};

/** One sentence for each fault that not exactly one suite plays. */
export const unplayed = (all: readonly Fault[]): string[] =>
  all.flatMap(fault => {
    const by = Object.entries(suites).flatMap(([name, { takes }]) => (takes(fault) ? [name] : []));
    if (by.length === 1 || (by.length === 0 && isForCampaign(fault))) return [];
    return [`${fault.name} is played by ${by.join(' and ') || 'no suite'}`];
  });

export const faultsOf = (name: SuiteName): readonly Fault[] => faults.filter(suites[name].takes);
