// Kills in several shops at once, until there were enough. Each shop is checked as a whole when it closes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Deck, type Plan } from './plan.ts';
import { type Located, Stand } from './stand.ts';
import { titleOf } from './struck-visit.ts';
import { hasHit, Tally } from './tally.ts';

export interface CampaignOptions {
  kills: number;
  shops: number;
  seed: number;
  /** Goes on until every moment was dealt to every victim and pair. */
  everyMoment?: boolean;
  /** Where the log of each shop that complains is kept. */
  out: string;
  say(line: string): void;
  /** Aborted: the shops are closed at once, whatever goes on in them. */
  signal?: AbortSignal;
}

export interface CampaignResult {
  kills: number;
  complaints: string[];
  tally: Tally;
  /** Strikes that never hit the moment that they were aimed at. */
  missed: string[];
}

/** Visits to one shop. */
const maxVisits = 20;
/** An aim that was missed so often is a fault of the test: it cannot be hit, and proves nothing. */
const maxMisses = 4;

export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  const { shops, seed, say } = options;
  const began = performance.now();
  const deck = new Deck(seed);
  const tally = new Tally();
  const complaints: string[] = [];
  /** How often, by name. */
  const missed = new Map<string, number>();
  let [kills, reported, stands] = [0, 0, 0];

  const complain = (what: string, stand: Stand) => {
    complaints.push(what);
    say(`COMPLAINT (seed ${seed}) ${what}`);
    const folder = join(options.out, `${complaints.length}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'complaint.txt'), `${what}\n`);
    writeFileSync(join(folder, 'story.jsonl'), stand.story.map(line => JSON.stringify(line)).join('\n'));
  };
  const onKill = (killed: number) => {
    kills += killed;
    if (Math.floor(kills / 100) === reported) return;
    reported = Math.floor(kills / 100);
    const minutes = (performance.now() - began) / 60_000;
    say(`${kills} kills in ${minutes.toFixed(1)} min, ${complaints.length} complaints`);
  };
  const count = (located: Located, stand: Stand) => {
    tally.add(located);
    const { aim } = located;
    if (!aim) return;
    const name = `${aim.victims.join('+')} at ${aim.at}`;
    if (hasHit(located)) return void missed.delete(name);
    missed.set(name, (missed.get(name) ?? 0) + 1);
    if (missed.get(name) === maxMisses) complain(`${name} was never hit`, stand);
    else deck.again(aim.at, aim.victims);
  };

  const more = () =>
    !options.signal?.aborted &&
    (kills < options.kills || deck.pending > 0 || (options.everyMoment === true && deck.dealt < 1));

  const work = async () => {
    while (more()) {
      stands++;
      const name = `shop ${stands}`;
      const stand = await Stand.open(({ length }) => onKill(length));
      options.signal?.addEventListener('abort', () => void stand.shop.close());
      let wrong: string[] = [];
      let plan: Plan | undefined;
      for (let visit = 0; visit < maxVisits && more() && wrong.length === 0; visit++) {
        plan = deck.next();
        wrong = await stand.play(plan);
        if (wrong.length > 0)
          complain(`${name}, visit ${visit}, ${titleOf(plan)}: ${wrong.join('; ')}`, stand);
      }
      const end = await stand.close();
      if (wrong.length === 0 && end.wrong.length > 0)
        complain(`${name} at its end: ${end.wrong.join('; ')}`, stand);
      for (const located of end.located) count(located, stand);
    }
  };
  await Promise.all(Array.from({ length: shops }, work));
  return { kills, complaints, tally, missed: [...missed.keys()] };
}
