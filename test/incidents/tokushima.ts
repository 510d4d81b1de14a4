import { catalogueOn } from '../../simulator/hub/catalogue/catalogue.ts';
import { dateInJapan } from '../../simulator/hub/catalogue/japanese-date.ts';
import { seal } from '../../simulator/hub/issuing/make-document.ts';
import { juminhyo } from '../../simulator/hub/issuing/paper/juminhyo.ts';
import { render } from '../../simulator/hub/issuing/paper/render.ts';
import { stampFor } from '../../simulator/hub/issuing/record-pseudonym.ts';
import type { Entry } from '../../simulator/hub/residents/register.ts';
import type { Incident } from './incident.ts';
import { type Made, type Mix, mixing, type Ordered } from './pair.ts';

/** A household on three pages of four members each. */
function enlarged({ resident, household }: Entry): Entry {
  const lodgers = Array.from({ length: 9 - household.members.length }, (_, i) => {
    const name = `${household.members[0]!.name}${'一二三四五六七八'[i]}`;
    return { ...household.members[0]!, id: `${household.id}-${i}`, name, relation: '同居人' as const };
  });
  return { resident, household: { ...household, members: [...household.members, ...lodgers] } };
}

/** Draws `mine`, with page 2 of `theirs` under the stamp of `stamped`. */
async function drawn(mine: Ordered, theirs: Entry, stamped: Entry): Promise<Made> {
  const { verified, state } = mine;
  const { transaction, order } = verified.statement;
  const wall = state.clock.wall();
  const [own, other] = [mine.entry, theirs].map(entry => {
    const municipality = catalogueOn(wall)[entry.household.municipality]!.name;
    const subject = { entry, municipality, options: order.options, today: dateInJapan(wall), wall };
    return { subject, paper: juminhyo(subject) };
  });
  const stampOf = (entry: Entry) => stampFor(entry.resident, transaction, state.commonKey);
  const pages = own!.paper.bodies.map((body, i) =>
    i === 1
      ? { body: other!.paper.bodies[1]!, stamp: stampOf(stamped) }
      : { body, stamp: stampOf(mine.entry) },
  );
  const rendered = await render({ ...own!, transaction, pages, font: state.font });
  return { sealed: seal(verified, { ...rendered, subject: stampOf(mine.entry) }, state) };
}

const anothersPage =
  (stampedAs: 'theirs' | 'mine'): Mix =>
  async ([first, second]) => [
    await drawn(first, second.entry, stampedAs === 'theirs' ? second.entry : first.entry),
    await drawn(second, second.entry, second.entry),
  ];

const wanted = { kinds: [['juminhyo', 'juminhyo']] } as const;

export const tokushima: Incident = {
  name: 'tokushima',
  there: 'page 2 of 3 was another person’s',
  plays: [
    mixing(anothersPage('theirs'), {
      name: 'page 2 of 3 is drawn from another resident’s record',
      codes: ['gate/stampSubject'],
      without: ['gate/stampSubject'],
      wanted,
      enlarged,
    }),
    mixing(anothersPage('mine'), {
      name: 'the same under the right stamp',
      codes: [],
      wanted,
      enlarged,
    }),
  ],
};
