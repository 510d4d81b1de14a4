// What makes the lines of a benchmark unfit to be read. A person judges how large their figures are.
import type { Line } from './benchmark.ts';

/** One sentence for each line with no figure or an impossible one, and for a first line that compares nothing. */
export function flaws(lines: readonly Line[]): string[] {
  const found = lines.flatMap(({ what, us, alternative }) => {
    if (us.length === 0) return [`${what} has no figure`];
    const unfit = [...us, ...alternative].filter(figure => !(Number.isFinite(figure) && figure > 0));
    return unfit.map(figure => `${what} is ${figure}`);
  });
  if (!lines[0]?.alternative.length) found.push('the first line compares nothing');
  return found;
}
