// A demo in which faults happen: one visit for each set of faults, told with the end that was reached and what it came to.
import { type Fault, gravest } from '../faults/fault.ts';
import { type Played as FaultPlayed, playFaults, shortWaits } from '../faults/faulty-visit.ts';
import { inShop, type Played, type PlayOptions, recordsIn } from './play-demo.ts';

/** One visit. `issued` counts the visits that ended as expected. */
export function playWithFaults(given: PlayOptions, faults: readonly Fault[]): Promise<Played> {
  const { options, out, say, stopwatch } = given;
  return inShop(given, { waits: shortWaits }, async shop => {
    let right = 0;
    for (let nth = 1; nth <= options.count; nth++) {
      for (const { name, summary } of faults) stopwatch.mark('fault', `${name}: ${summary}`);
      const played = await playFaults(shop, faults);
      for (const line of report(faults, played)) say(line);
      if (played.wrong.length === 0) right++;
    }
    say(recordsIn(out));
    return { issued: right };
  });
}

/** What a person wants to know of it, a line each. */
function report(faults: readonly Fault[], played: FaultPlayed): string[] {
  const { closed, row, lastPrompt: told, coins, sheets, slips, wrong } = played;
  const line = (what: string, words: string) => `${what.padEnd(10)}${words}`;
  return [
    line('fault', faults.map(({ name }) => name).join(', ')),
    line('expected', expectedOf(faults)),
    ...(closed.length > 0
      ? [line('closed', `out of service for ${closed.join(', ')}, until that was mended`)]
      : []),
    line('end', row ? `${row.outcome} (${row.code})` : 'none'),
    line('told', told?.text ?? 'nothing'),
    line(
      'coins',
      `${coins.inYen} yen in, ${coins.outYen} yen out; kept ${row?.keptYen ?? 0}, owed ${row?.owedYen ?? 0}`,
    ),
    line('paper', `${sheets} sheets, ${slips} slips`),
    line('books', wrong.length === 0 ? 'agree' : wrong.join('; ')),
    wrong.length === 0 ? 'as expected' : 'NOT AS EXPECTED',
  ];
}

/** For one fault its ends, for several what is the gravest of them. */
export function expectedOf(faults: readonly Fault[]): string {
  const end = ({ outcome, code }: { outcome: string; code: string }) => `${outcome} (${code})`;
  const [fault, ...more] = faults;
  if (!fault) return end({ outcome: 'issued', code: 'issued/done' });
  const legs = faults.flatMap(({ expected }) => expected.closed ?? []);
  const before = legs.length > 0 ? `out of service (${legs.join(', ')}), then ` : '';
  const after = faults.flatMap(({ expected }) => expected.staysClosed ?? []);
  const then = after.length > 0 ? `, then out of service (${after.join(', ')}) until a person decides` : '';
  const ends =
    more.length === 0
      ? fault.expected.ends.map(end).join(' or ')
      : `${end(gravest(faults)!)} at the worst, or as either of them alone`;
  return before + ends + then;
}
