// Which suite plays which faults, one visit a fault. complete.test.ts fails where a fault is in none of them; `npm run test:faults`
// plays them all, and sample.test.ts some.
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
}

const deathOf = ({ name }: Fault): Victim | undefined =>
  victims.find(victim => name.startsWith(`${victim}.killed-at-`));

/** Every fault of these conditions that is no death. */
const of =
  (...conditions: readonly string[]) =>
  (fault: Fault): boolean =>
    conditions.includes(conditionOf(fault)) && deathOf(fault) === undefined;

/** Where processes are killed, by name of the file. */
const killed = {
  'killed-before-the-fee': ['card', 'pin', 'authenticate', 'choose', 'confirm', 'order'],
  'killed-at-the-document': ['cardReturned', 'fetch', 'check'],
  'killed-at-the-fee': ['pay', 'capture', 'void', 'claim'],
  'killed-from-the-print-on': [
    ...(['print', 'jobMade', 'printing', 'receipt', 'done'] as const),
    ...(['refused', 'abandoned', 'refundDue', 'unknown'] as const),
  ],
} as const satisfies Record<string, readonly MomentName[]>;

export type DeathSuiteName = keyof typeof killed;

export const momentsOf = (name: DeathSuiteName): readonly MomentName[] => killed[name];

/**
 * The deaths of all processes in one shop, for each costs it the start of another program only. The hub is a process of its own here;
 * beside another fault of the hub's, which lives in the hub's own process, its death is played.
 */
const deathsAt = (name: DeathSuiteName) => ({
  title: name.replaceAll('-', ' '),
  takes: (fault: Fault): boolean =>
    deathOf(fault) !== undefined &&
    momentsOf(name).some(moment => fault.name.endsWith(`.killed-at-${moment}`)),
  waits: deathWaits,
  hub: 'process' as const,
});

/** By name of the file that plays it. */
export const suites = {
  card: { title: 'faults of card and reader', takes: of('card') },
  'pinpad-and-receipt': {
    title: 'faults of PIN pad and receipt printer',
    takes: of('pinpad', 'receipt'),
  },
  page: {
    title: 'faults of the page printer, and of a gate that prints',
    takes: of('page', 'gate'),
  },
  hub: { title: 'faults of the hub', takes: of('hub') },
  people: {
    title: 'faults of till, screen and customer',
    takes: of('till', 'panel', 'customer'),
  },
  'killed-before-the-fee': deathsAt('killed-before-the-fee'),
  'killed-at-the-document': deathsAt('killed-at-the-document'),
  'killed-at-the-fee': deathsAt('killed-at-the-fee'),
  'killed-from-the-print-on': deathsAt('killed-from-the-print-on'),
} as const satisfies Record<string, FaultSuite>;

export type SuiteName = keyof typeof suites;

/** One sentence for each fault that not exactly one suite plays. */
export const unplayed = (all: readonly Fault[]): string[] =>
  all.flatMap(fault => {
    const by = Object.entries(suites).flatMap(([name, { takes }]) => (takes(fault) ? [name] : []));
    return by.length === 1 ? [] : [`${fault.name} is played by ${by.join(' and ') || 'no suite'}`];
  });

export const faultsOf = (name: SuiteName): readonly Fault[] => faults.filter(suites[name].takes);
