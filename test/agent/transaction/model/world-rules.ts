// Money, paper and record side by side at the end, when all that was under way has come to rest.
import type { Chronicle } from './chronicle.ts';
import type { World } from './world.ts';

/** What is wrong in the world now, whatever will come. */
export function wrongsOfWorld(world: World): string[] {
  return [
    ...world.wrongs,
    ...unless(world.sheets <= world.expected, `${world.sheets} sheets are out of ${world.expected}`),
    ...unless(world.jobs <= 1, 'the printer has two jobs'),
    ...unless(world.receipts <= 1, 'two receipts are out'),
  ];
}

/** What does not agree at the end. */
export function wrongsOfRest(world: World, chronicle: Chronicle): string[] {
  const [end] = chronicle.ends;
  if (!end)
    return [
      ...unless(!chronicle.reported('started'), 'it has begun, and no end is on record'),
      ...unless(world.coinsYen + world.sheets + world.slips === 0, 'something came of nothing'),
    ];
  const { coinsYen, sheets, expected, slips, till } = world;
  const recordYen = (end.keptYen ?? 0) + (end.owedYen ?? 0);
  // after a failed `void` the money's place is not known, and the record favours the resident
  const agrees = chronicle.failed('void') ? coinsYen <= recordYen : coinsYen === recordYen;
  const isClaim = end.outcome === 'unknown' || end.outcome === 'refundDue';
  const slipFailed =
    chronicle.failed('printClaim') || chronicle.lastReported('deadline') > chronicle.lastAsked('printClaim');
  return [
    ...unless(agrees, `the till has ${coinsYen} yen, the record says ${recordYen}`),
    ...unless((till !== 'pending' && till !== 'paid') || chronicle.failed('void'), 'the till still waits'),
    ...unless(
      end.outcome !== 'issued' || sheets === expected,
      `issued, with ${sheets} of ${expected} sheets`,
    ),
    ...unless(
      end.outcome === 'issued' || end.outcome === 'unknown' || sheets === 0,
      `${end.outcome}, with paper out`,
    ),
    ...unless(!isClaim || slips > 0 || slipFailed, 'no claim slip is out'),
    ...unless(isClaim || slips === 0, 'a claim slip is out for nothing'),
  ];
}

const unless = (holds: boolean, wrong: string): string[] => (holds ? [] : [wrong]);
