// What a customer orders: the answer to the terminal's offer.
import type { Question } from './front-panel.ts';
import { pick } from './seeded-random.ts';

type Offer = Extract<Question, { kind: 'choose' }>;

export interface Choice {
  kind: string;
  options: Record<string, string | number[]>;
  copies: number;
}

/** The choice from an offer; undefined if the wanted kind is not offered. */
export type Wish = (offer: Offer) => Choice | undefined;

/** Orders `kind` as proposed: the first value of each option, one copy. */
export const asProposed =
  (kind: string): Wish =>
  ({ kinds }) => {
    const offered = kinds.find(one => one.kind === kind);
    return offered && { kind, options: Object.fromEntries(offered.options.map(firstOf)), copies: 1 };
  };

const firstOf = ({ name, values }: Offer['kinds'][number]['options'][number]): [string, string] => [
  name,
  values[0]?.value ?? '',
];

/** Orders `kind` with random options, members and copies. */
export const byChance =
  (kind: string, random: () => number): Wish =>
  ({ kinds, members }) => {
    const offered = kinds.find(one => one.kind === kind);
    if (!offered) return undefined;
    const options: Choice['options'] = Object.fromEntries(
      offered.options.map(({ name, values }) => [name, pick(values, random).value]),
    );
    if (options.scope === 'members') options.members = someOf(members, random);
    return { kind, options, copies: random() < 0.8 ? 1 : Math.min(2, offered.maxCopies) };
  };

function someOf(members: Offer['members'], random: () => number): number[] {
  const chosen = members.filter(() => random() < 0.5).map(({ number }) => number);
  return chosen.length > 0 ? chosen : [pick(members, random).number];
}
