// What a campaign found, in a line.
import type { Tally } from './tally.ts';

export function report(name: string, tally: Tally): string {
  const { states, operations, acknowledged, bad, lost, altered, invented, refused, trouble } = tally;
  const codes = Object.entries(refused).map(([code, times]) => `${code} ${times} times`);
  return [
    `${name}: ${states} states of ${operations} writes and flushes, ${acknowledged} records acknowledged;`,
    `${lost} lost, ${altered} altered, ${invented} invented, ${codes.join(', ') || 'none refused'};`,
    `${bad} states bad`,
    ...trouble.map(code => `; ended early with ${code}`),
  ].join(' ');
}

export const isClean = ({ bad, trouble, states }: Tally): boolean =>
  bad === 0 && trouble.length === 0 && states > 0;
