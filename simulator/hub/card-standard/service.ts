// ICカード標準システム: names the municipality of a card's holder, the kinds that may be ordered there, and the household
// members, by relation and number only.
import type { Offer, Relation } from '../../../agent/protocol/offer.ts';
import { catalogueOn } from '../catalogue/catalogue.ts';
import { hasRecordFor } from '../residents/eligibility.ts';
import { type Entry, Register } from '../residents/register.ts';
import type { Relation as PrintedRelation } from '../residents/resident.ts';
import { type Behaviour, firstAnswer } from '../service/behaviour.ts';
import type { HubClock } from '../service/hub-clock.ts';
import { unless } from '../service/refusal.ts';

export interface CardStandardState {
  register: Register;
  clock: HubClock;
}

export type CardStandardQuestion = { ask: 'probe' } | { ask: 'offer'; holder: string };
export type CardStandardAnswer = { answer: 'probe' } | { answer: 'offer'; offer: Offer };
export type CardStandardBehaviour = Behaviour<CardStandardQuestion, CardStandardState, CardStandardAnswer>;

export interface CardStandard {
  /** Errors: Refusal standard/*. */
  ask(question: CardStandardQuestion): Promise<CardStandardAnswer | undefined>;
}

/** `behaviours` are tried before the default one. */
export function makeCardStandard(
  clock: HubClock,
  behaviours: readonly CardStandardBehaviour[] = [],
): CardStandard {
  const state = { register: new Register(), clock };
  return { ask: question => firstAnswer([...behaviours, answerProbe, offerFromRegister], question, state) };
}

const answerProbe: CardStandardBehaviour = ({ ask }) => (ask === 'probe' ? { answer: 'probe' } : undefined);

const offered: Partial<Record<PrintedRelation, Relation>> = {
  世帯主: 'head',
  妻: 'spouse',
  夫: 'spouse',
  子: 'child',
  父: 'parent',
  母: 'parent',
  妻の母: 'parent',
};

const offerFromRegister: CardStandardBehaviour = (question, { register, clock }) => {
  if (question.ask !== 'offer') return undefined;
  const entry = register.find(question.holder);
  unless(entry !== undefined, 'standard/unknown');
  const { municipality } = entry.household;
  const kinds = Object.keys(catalogueOn(clock.wall())[municipality]?.kinds ?? {});
  const offer = {
    municipality,
    kinds: kinds.filter(kind => hasRecordFor(entry.resident, municipality, kind)),
    members: membersOf(entry),
  };
  return { answer: 'offer', offer };
};

function membersOf({ resident, household }: Entry): Offer['members'] {
  const counted = new Map<Relation, number>();
  return household.members.map((member, number) => {
    const relation = offered[member.relation] ?? 'other';
    const nth = (counted.get(relation) ?? 0) + 1;
    counted.set(relation, nth);
    return { number, relation, nth, self: member.id === resident.id };
  });
}
