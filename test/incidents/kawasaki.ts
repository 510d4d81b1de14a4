import { draw, seal } from '../../simulator/hub/issuing/make-document.ts';
import type { Incident } from './incident.ts';
import { type Made, type Mix, mixing, type Ordered, overwritten } from './pair.ts';

const right = async ({ verified, entry, state }: Ordered): Promise<Made> => ({
  sealed: seal(verified, await draw(verified, [entry], state), state),
});

/** Requests are kept by the second in which they came: of the earlier one the record's number is overwritten. */
const personOverwritten: Mix = async ([first, second]) => [
  await right({ ...first, entry: second.entry }),
  await right(second),
];

/** The same for what was chosen. */
const choiceOverwritten: Mix = async ([first, second]) => {
  const { statement } = first.verified;
  const verified = { ...first.verified, statement: { ...statement, order: second.verified.statement.order } };
  return [await right({ ...first, verified }), await right(second)];
};

/** Finished documents are kept by the second: the earlier one is overwritten after its size and digest were sent. */
const documentOverwritten: Mix = async orders => {
  const [mine, theirs] = await Promise.all(orders.map(right));
  return [{ ...mine!, fetched: overwritten(mine!.sealed, theirs!.sealed) }, theirs!];
};

/** Before anything was sent. */
const documentTaken: Mix = async orders => {
  const [, theirs] = await Promise.all(orders.map(right));
  return [theirs!, theirs!];
};

const alike = {
  kinds: [
    ['juminhyo', 'juminhyo'],
    ['inkan', 'inkan'],
  ],
} as const;

export const kawasaki: Incident = {
  name: 'kawasaki',
  there: 'of two requests within a second, the later overwrote the earlier',
  plays: [
    mixing(personOverwritten, {
      name: 'the earlier request’s person is overwritten',
      codes: ['gate/manifestSubject'],
      without: ['gate/manifestSubject', 'gate/stampSubject'],
      wanted: { ...alike, sameCity: true },
    }),
    mixing(choiceOverwritten, {
      name: 'the earlier request’s choice is overwritten',
      codes: ['gate/orderKind'],
      without: ['gate/orderKind', 'gate/orderOptions', 'gate/orderFee'],
      wanted: {
        kinds: [
          ['juminhyo', 'inkan'],
          ['inkan', 'juminhyo'],
        ],
        sameCity: true,
      },
    }),
    mixing(documentOverwritten, {
      name: 'the earlier document is overwritten while it is fetched',
      codes: ['document/digest'],
      wanted: alike,
    }),
    mixing(documentTaken, {
      name: 'both are answered with the later document',
      codes: ['gate/documentSealed'],
      wanted: alike,
    }),
  ],
};
