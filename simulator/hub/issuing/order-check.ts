// Checks an order against the catalogue and the register: kind, options, copies, fee, and the resident's eligibility.
import type { Kind } from '../../../agent/protocol/configuration.ts';
import type { OrderStatement } from '../../../agent/protocol/statement.ts';
import { kindOf } from '../catalogue/catalogue.ts';
import { refusalOf } from '../residents/eligibility.ts';
import type { Entry } from '../residents/register.ts';
import { Refusal, unless } from '../service/refusal.ts';

type Order = OrderStatement['order'];

/** Errors: Refusal issuing/municipality, kind, protected, moved, minor, noRecord, options, copies, paper, fee. */
export function checkOrder(order: Order, { resident, household }: Entry, wall: number): void {
  unless(order.municipality === household.municipality, 'issuing/municipality');
  const refused = refusalOf(resident, household.municipality, order.kind, wall);
  if (refused) throw new Refusal(refused);
  const kind = kindOf(household.municipality, order.kind, wall);
  unless(kind !== undefined, 'issuing/kind');
  unless(optionsFit(order, kind, household.members.length), 'issuing/options');
  unless(order.copies <= kind.maxCopies, 'issuing/copies');
  unless(order.media === kind.media && order.sides === kind.sides, 'issuing/paper');
  unless(order.feeYen === kind.feeYen * order.copies, 'issuing/fee');
}

/** Each option must have one of its values. Members are allowed only if the kind has them and `scope` is `members`. */
function optionsFit({ options }: Order, kind: Kind, inHousehold: number): boolean {
  const { members, ...chosen } = options;
  const named = kind.options.every(({ name, values }) => values.some(({ value }) => value === chosen[name]));
  if (!named || Object.keys(chosen).length !== kind.options.length) return false;
  if (!kind.members || chosen.scope !== 'members') return members === undefined;
  return (
    Array.isArray(members) &&
    members.length > 0 &&
    new Set(members).size === members.length &&
    members.every(number => number < inHousehold)
  );
}
