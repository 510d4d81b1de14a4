import { topicsOf } from '../../agent/protocol/topics.ts';
import { draw, seal } from '../../simulator/hub/issuing/make-document.ts';
import { listenAtBroker } from '../broker-listener.ts';
import type { Counters } from './counter.ts';
import type { Incident } from './incident.ts';
import { type Made, type Mix, mixing, type Ordered, overwritten, together } from './pair.ts';
import type { Site } from './site.ts';

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

/** The broker delivers each of the hub's answers to the other terminal, too. Errors: nothing was delivered so. */
async function withAnswersToBoth<T>(site: Site, counters: Counters, visits: () => Promise<T>): Promise<T> {
  const [first, second] = counters.map(({ name }) => topicsOf(name).reply);
  const delivered = new Set<string>();
  const stop = await listenAtBroker(site, (topic, message) => {
    const to = topic === first ? second : topic === second ? first : undefined;
    const name = message.toString('base64');
    if (!to || delivered.has(name)) return;
    delivered.add(name);
    void site.hub.forge(to, message);
  });
  const visited = await visits().finally(stop);
  if (delivered.size === 0) throw new Error('the broker delivered nothing twice');
  return visited;
}

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
    {
      name: 'the broker delivers each answer to both terminals',
      codes: [],
      harmless: true,
      wanted: alike,
      run: ({ site, counters, pair }) =>
        withAnswersToBoth(site, counters, () => together(site.hub, counters, pair, undefined)),
    },
  ],
};
