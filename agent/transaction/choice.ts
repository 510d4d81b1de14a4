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

type Member = Offer['members'][number];
type ChooseAsk = Extract<Ask, { kind: 'choose' }>;

/**
 * Kinds that hub and catalogue both know, in the offer's order: that is the catalogue's. The configuration cannot tell it, because
 * CBOR sorts its keys. Household members have no name here.
 */
export function toAsk(offer: Offer, configuration: Configuration): ChooseAsk {
  const municipality = configuration.municipalities[offer.municipality];
  const catalogue = new Map(Object.entries(municipality?.kinds ?? {}));
  const kinds = [...new Set(offer.kinds)].flatMap((kind): OfferedKind[] => {
    const entry = catalogue.get(kind);
    if (!entry) return [];
    const { media, sides, ...shown } = entry;
    const affordable = Math.floor(maxFeeYen / entry.feeYen); // Infinity where it is free
    return [{ kind, ...shown, maxCopies: Math.min(entry.maxCopies, affordable) }];
  });
  return {
    kind: 'choose',
    municipality: municipality?.name ?? '',
    kinds,
    members: offer.members.map(member => ({
      number: member.number,
      label: labelOf(member, offer),
      self: member.self,
    })),
  };
}

/** A member's place in the household, numbered where there are several of a kind. */
function labelOf({ relation, nth }: Member, { members }: Offer): string {
  const several = members.filter(member => member.relation === relation).length > 1;
  return several ? `${relations[relation]} ${nth}` : relations[relation];
}

const answer = v.strictObject({ kind: catalogueWord, options: orderOptions, copies: count(1, 20) });

/** The order that an answer means, on the catalogue's paper. Throws a plain Error whose message names the wrong field for the panel's developer. */
export function toOrder(
  value: unknown,
  ask: ChooseAsk,
  municipality: string,
  { municipalities }: Configuration,
): Order {
  const result = v.safeParse(answer, value);
  if (!result.success)
    throw new Error(`The answer's field ${v.getDotPath(result.issues[0]) ?? 'kind'} is wrong.`);
  const { kind, options, copies } = result.output;
  const offered = ask.kinds.find(k => k.kind === kind);
  if (!offered) throw new Error(`The kind ${kind} is not offered.`);
  if (copies > offered.maxCopies) throw new Error(`At most ${offered.maxCopies} copies of ${kind}.`);
  checkOptions(options, offered, ask);
  const catalogued = municipalities[municipality]?.kinds[kind];
  if (!catalogued) throw new Error(`The kind ${kind} is not offered.`);
  const { media, sides } = catalogued;
  return { municipality, kind, options, copies, feeYen: offered.feeYen * copies, media, sides };
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

type Line = readonly [label: string, value: string];

export const municipalityName = (code: string, configuration: Configuration): string =>
  configuration.municipalities[code]?.name ?? code;

/** The lines about an order on the confirmation screen. `offer` names the places of the household's members. */
export const toLines = (order: Order, configuration: Configuration, offer: Offer | undefined): Line[] => [
  ['市区町村', municipalityName(order.municipality, configuration)],
  ...orderLines(order, configuration, offer),
];

/** What was ordered, and for whom where single members were chosen. */
export function orderLines(order: Order, configuration: Configuration, offer: Offer | undefined): Line[] {
  const kind = configuration.municipalities[order.municipality]?.kinds[order.kind];
  const options = (kind?.options ?? []).map(({ name, title, values }): Line => {
    const chosen = values.find(({ value }) => value === order.options[name]);
    return [title, chosen?.title ?? ''];
  });
  return [
    ['証明書', kind?.title ?? order.kind],
    ...options,
    ...membersLines(order.options.members, offer),
    ['部数', `${order.copies}部`],
  ];
}

/** How many members one line takes: a receipt's line has an end. */
const membersPerLine = 6;

/** In the household's order. Without the offer only their number is known. */
function membersLines(numbers: Order['options'][string] | undefined, offer: Offer | undefined): Line[] {
  if (!Array.isArray(numbers)) return [];
  const chosen = (offer?.members ?? []).filter(({ number }) => numbers.includes(number));
  if (!offer || chosen.length < numbers.length) return [['対象の方', `${numbers.length}名`]];
  const labels = chosen.map(member => labelOf(member, offer) + (member.self ? '（ご本人）' : ''));
  const rows = Math.ceil(labels.length / membersPerLine);
  return Array.from({ length: rows }, (_, row) => [
    '対象の方',
    labels.slice(row * membersPerLine, (row + 1) * membersPerLine).join('、'),
  ]);
}
