// The play in which faults happen: the same set of faults in each visit.
import type { Fault } from '../faults/fault.ts';
import { playFaults, shortWaits } from '../faults/faulty-visit.ts';
import type { TerminalError } from '../terminal/terminal-error.ts';
import { expectedOf } from './expected-end.ts';
import { inShop, type Played, type PlayOptions } from './in-shop.ts';
import { faultLines } from './summary.ts';
import { before } from './verdict.ts';
import { recordVisit, type VisitRecord } from './visit-record.ts';

/** Errors: TerminalError. */
export function playWithFaults(given: PlayOptions, faults: readonly Fault[]): Promise<Played> {
  const { options, say, stopwatch } = given;
  return inShop(given, { waits: shortWaits }, async shop => {
    const visits: VisitRecord[] = [];
    let failure: TerminalError | undefined;
    for (let nth = 1; nth <= options.count && !failure; nth++) {
      for (const { name, summary } of faults) stopwatch.mark('fault', `${name}: ${summary}`);
      const then = before(shop);
      const { row, lastPrompt, closed, resident, wrong } = await playFaults(shop, faults);
      const visit = await recordVisit(shop, given, {
        ...{ nth, then, resident, row, wrong },
        kind: 'juminhyo',
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
