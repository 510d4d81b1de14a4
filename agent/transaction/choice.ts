// Makes the panel's question from the hub's offer and the catalogue. Makes an order from the answer, where both allow it.
import * as v from 'valibot';
import type { Ask, OfferedKind } from '../panel/messages.ts';
import type { Configuration } from '../protocol/configuration.ts';
import type { Offer, Relation } from '../protocol/offer.ts';
import { type Order, orderOptions } from '../protocol/order-choice.ts';
import { catalogueWord, count } from '../protocol/schema.ts';

const relations: Record<Relation, string> = {
  head: '世帯主',
  spouse: '配偶者',
  child: '子',
  parent: '親',
  other: '同居人',
};

/** The contract's limit for the fee of one order (agent/protocol/order-choice.ts). */
const maxFeeYen = 1_000_000;

type ChooseAsk = Extract<Ask, { kind: 'choose' }>;

/** Kinds that hub and catalogue both know, in the catalogue's order. Household members have no name here. */
export function toAsk(offer: Offer, configuration: Configuration): ChooseAsk {
  const municipality = configuration.municipalities[offer.municipality];
  const kinds: OfferedKind[] = Object.entries(municipality?.kinds ?? {})
    .filter(([kind]) => offer.kinds.includes(kind))
    .map(([kind, entry]) => ({
      kind,
      ...entry,
      maxCopies: Math.min(entry.maxCopies, Math.floor(maxFeeYen / entry.feeYen)), // Infinity where it is free
    }));
  const several = (relation: Relation) => offer.members.filter(m => m.relation === relation).length > 1;
  return {
    kind: 'choose',
    municipality: municipality?.name ?? '',
    kinds,
    members: offer.members.map(({ number, relation, nth, self }) => ({
      number,
      label: several(relation) ? `${relations[relation]} ${nth}` : relations[relation],
      self,
    })),
  };
}

const answer = v.strictObject({ kind: catalogueWord, options: orderOptions, copies: count(1, 20) });

/** The order that an answer means. Throws a plain Error whose message names the wrong field for the panel's developer. */
export function toOrder(value: unknown, ask: ChooseAsk, municipality: string): Order {
  const result = v.safeParse(answer, value);
  if (!result.success)
    throw new Error(`The answer's field ${v.getDotPath(result.issues[0]) ?? 'kind'} is wrong.`);
  const { kind, options, copies } = result.output;
  const offered = ask.kinds.find(k => k.kind === kind);
  if (!offered) throw new Error(`The kind ${kind} is not offered.`);
  if (copies > offered.maxCopies) throw new Error(`At most ${offered.maxCopies} copies of ${kind}.`);
  checkOptions(options, offered, ask);
  return { municipality, kind, options, copies, feeYen: offered.feeYen * copies };
}

function checkOptions(options: Order['options'], offered: OfferedKind, ask: ChooseAsk): void {
  const { members, ...words } = options;
  for (const { name, values } of offered.options)
    if (!values.some(({ value }) => value === words[name]))
      throw new Error(`The option ${name} is missing or wrong.`);
  const unknown = Object.keys(words).find(name => !offered.options.some(option => option.name === name));
  if (unknown !== undefined) throw new Error(`The option ${unknown} is not offered.`);
  const picks = offered.members && words.scope === 'members';
  if (picks !== (members !== undefined))
    throw new Error('members goes with scope "members", and only with it.');
  if (members === undefined) return;
  const known =
    Array.isArray(members) && members.every(number => ask.members.some(member => member.number === number));
  if (!known || members.length === 0 || new Set(members).size !== members.length)
    throw new Error('members must name members of the household that were offered, each once, at least one.');
}

/** The lines about an order on the confirmation screen and on the receipt. */
export function toLines(order: Order, configuration: Configuration): (readonly [string, string])[] {
  const municipality = configuration.municipalities[order.municipality];
  const kind = municipality?.kinds[order.kind];
  const options = (kind?.options ?? []).map(({ name, title, values }) => {
    const chosen = values.find(({ value }) => value === order.options[name]);
    return [title, chosen?.title ?? ''] as const;
  });
  return [
    ['市区町村', municipality?.name ?? order.municipality],
    ['証明書', kind?.title ?? order.kind],
    ...options,
    ['部数', `${order.copies}部`],
  ];
}
