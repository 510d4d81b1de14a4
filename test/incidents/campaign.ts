// Plays an incident: each play at the terminals as they are, and at the same time, once, at those without what protects.
import type { Incident, Play } from './incident.ts';
import type { Site } from './site.ts';
import { judge, leftBehind, none, type Verdict } from './verdict.ts';

export interface Result {
  incident: string;
  play: Play;
  verdict: Verdict;
  /** Without what protects; absent where nothing is taken away. */
  unchecked?: Verdict;
  /** What must not be, one sentence each. */
  faults: string[];
}

export async function playIncident(
  { name, plays }: Incident,
  site: Site,
  visits: number,
  random: () => number,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const play of plays) {
    const [checked, unchecked] = await Promise.all([
      playAt(site, play, Math.ceil(visits / 2), random),
      play.without && playUnchecked(site, play, random),
    ]);
    const result: Result = { incident: name, play, verdict: checked, faults: [...checked.faults] };
    if (unchecked) result.unchecked = unchecked;
    result.faults.push(...faultsOf(result));
    results.push(result);
  }
  return results;
}

async function playAt(site: Site, play: Play, pairs: number, random: () => number): Promise<Verdict> {
  const verdict = none();
  const { counters } = site;
  for (let nth = 0; nth < pairs; nth++) {
    const pair = site.draw(play.wanted, random);
    const visits = await play.run({ site, counters, pair });
    await judge(verdict, visits, play, site);
    verdict.faults.push(...((await play.after?.(visits, site)) ?? []));
  }
  for (const counter of counters) {
    await counter.isOpen();
    verdict.wrongSheets.push(...leftBehind(counter.sheetsSoFar()));
    verdict.faults.push(...counter.reconciled());
  }
  return verdict;
}

/** Only whether wrong sheets come out counts here: this terminal may end a visit in any way. */
async function playUnchecked(site: Site, play: Play, random: () => number): Promise<Verdict> {
  const verdict = none();
  site.programs.without(play.without ?? []);
  const pair = site.draw({ ...play.wanted, sameCity: true }, random);
  await judge(verdict, await play.run({ site, counters: site.unchecked, pair }), play, site);
  for (const counter of site.unchecked) verdict.wrongSheets.push(...leftBehind(counter.sheetsSoFar()));
  site.programs.without([]);
  return verdict;
}

function faultsOf({ play, verdict, unchecked }: Result): string[] {
  const { wrongSheets, refused } = verdict;
  const canSee = play.codes.length > 0;
  const mayNot = canSee || play.harmless === true;
  return [
    ...(mayNot ? wrongSheets.map(why => `a wrong sheet came out: ${why}`) : []),
    ...(canSee && Object.keys(refused).length === 0 ? ['nothing was refused'] : []),
    ...(!mayNot && wrongSheets.length === 0
      ? ['the judge does not see the wrong sheet that no terminal can see']
      : []),
    ...(unchecked?.wrongSheets.length === 0
      ? ['without the check no wrong sheet came out: the play shows nothing']
      : []),
  ];
}
