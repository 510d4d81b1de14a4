// The play in which faults happen: the same set of faults in each visit.
import { seededRandom } from '../customer/seeded-random.ts';
import type { Fault } from '../faults/fault.ts';
import { playFaults, shortWaits } from '../faults/faulty-visit.ts';
import type { Visitor } from '../faults/scene.ts';
import type { Shop } from '../shop/shop.ts';
import type { TerminalError } from '../terminal/terminal-error.ts';
import { drawResident } from './draw-resident.ts';
import { expectedOf } from './expected-end.ts';
import { inShop, type Played, type PlayOptions } from './in-shop.ts';
import type { DemoOptions } from './options.ts';
import { faultLines } from './summary.ts';
import { before } from './verdict.ts';
import { recordVisit, type VisitRecord } from './visit-record.ts';

/** Errors: TerminalError. */
export function playWithFaults(given: PlayOptions, faults: readonly Fault[]): Promise<Played> {
  const { options, say, stopwatch } = given;
  const random = seededRandom(options.seed);
  return inShop(given, { waits: shortWaits }, async shop => {
    const visits: VisitRecord[] = [];
    let failure: TerminalError | undefined;
    for (let nth = 1; nth <= options.count && !failure; nth++) {
      for (const { name, summary } of faults) stopwatch.mark('fault', `${name}: ${summary}`);
      const visitor = visitorOf(options, shop, random);
      const then = before(shop);
      const { row, lastPrompt, closed, resident, wrong } = await playFaults(shop, faults, visitor);
      const visit = await recordVisit(shop, given, {
        ...{ nth, then, resident, row, wrong },
        kind: visitor?.kind ?? 'juminhyo',
        ...(lastPrompt && { screen: { prompt: lastPrompt.id, text: lastPrompt.text } }),
        fault: {
          faults: faults.map(({ name, summary }) => ({ name, summary })),
          ...{ closed, expected: expectedOf(faults) },
        },
      });
      visits.push(visit);
      failure = visit.papers.failure;
      for (const line of ['', ...faultLines(visit)]) say(line);
    }
    return {
      visits,
      books: visits.flatMap(({ wrong }) => wrong),
      right: visits.filter(({ wrong }) => wrong.length === 0).length,
      ...(failure && { failure }),
    };
  });
}

/** Undefined where neither kind nor city was asked for: the faults were written for the usual visitor. */
function visitorOf(
  { kind, city, asked }: DemoOptions,
  { hub }: Shop,
  random: () => number,
): Visitor | undefined {
  if (!asked) return undefined;
  const drawn = drawResident({ kind, city }, hub.residents, random);
  return { resident: drawn.resident.id, kind: drawn.kind };
}
