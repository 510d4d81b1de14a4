// What a customer wants, and how it is said in answer to the terminal's offer.
import type { Question } from './front-panel.ts';
import { pick } from './seeded-random.ts';

type Offer = Extract<Question, { kind: 'choose' }>;

export interface Choice {
  kind: string;
  options: Record<string, string | number[]>;
  copies: number;
}

/** Given an offer, what to take; undefined where it is not offered. */
export type Wish = (offer: Offer) => Choice | undefined;

/** `kind` as it is proposed: the first value of each option, one copy. */
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

/** `kind` with options, members and copies by chance. */
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
