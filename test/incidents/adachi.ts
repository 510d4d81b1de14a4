import { draw, seal } from '../../simulator/hub/issuing/make-document.ts';
import type { Visited } from './counter.ts';
import type { Incident } from './incident.ts';
import { type Mix, together } from './pair.ts';
import type { Site } from './site.ts';

const timesSeen = 3;

/** Each gets the other's file. */
const exchanged: Mix = async ([first, second]) => {
  const files = [first, second].map(({ verified, entry, state }) => draw(verified, [entry], state));
  const [a, b] = await Promise.all(files);
  const { pdf, pdfDigest, pages } = a!;
  return [
    { sealed: seal(first.verified, { ...b!, subject: a!.subject }, first.state) },
    { sealed: seal(second.verified, { ...b!, pdf, pdfDigest, pages }, second.state) },
  ];
};

/** The errors stay in the record, each with its code, whatever was printed well afterwards; telemetry has each. */
function stillThere(visits: readonly Visited[], { hub }: Site): string[] {
  return visits.flatMap(({ counter, row: { transaction, outcome, code, feeYen } }) => {
    const now = hub.ledger.transactions().find(one => one.transaction === transaction);
    const sent = hub.telemetry.records(counter.name).filter(record => record.type === 'transaction');
    return [
      ...(now?.outcome === outcome && now.code === code
        ? []
        : [`${code} was ${now?.code} after the retry (${feeYen} yen)`]),
      ...(outcome !== 'refused' || sent.some(record => record.code === code)
        ? []
        : [`telemetry does not have ${code}`]),
    ];
  });
}

export const adachi: Incident = {
  name: 'adachi',
  there: 'an error was seen three times, and answered with: the retry printed well',
  plays: [
    {
      name: `each gets the other’s file ${timesSeen} times, and then the right one`,
      codes: ['gate/stampTransaction'],
      without: ['gate/stampTransaction', 'gate/stampSubject'],
      wanted: {
        kinds: [
          ['juminhyo', 'juminhyo'],
          ['inkan', 'inkan'],
        ],
      },
      async run({ site, counters, pair }) {
        const visits: Visited[] = [];
        for (let time = 0; time < timesSeen; time++)
          visits.push(...(await together(site.hub, counters, pair, exchanged)));
        visits.push(...(await together(site.hub, counters, pair, undefined)));
        return visits;
      },
      after: stillThere,
    },
  ],
};
