// The end that faults are expected to have, in words.
import { type Fault, gravest } from '../faults/fault.ts';

/** For one fault its ends, for several the gravest of them. */
export function expectedOf(faults: readonly Fault[]): string {
  const end = ({ outcome, code }: { outcome: string; code: string }) => `${outcome} (${code})`;
  const [fault, ...more] = faults;
  if (!fault) return end({ outcome: 'issued', code: 'issued/done' });
  const closed = faults.flatMap(({ expected }) => expected.closed ?? []);
  const before = closed.length > 0 ? `out of service (${closed.join(', ')}), then ` : '';
  const after = faults.flatMap(({ expected }) => expected.staysClosed ?? []);
  const then = after.length > 0 ? `, then out of service (${after.join(', ')}) until a person decides` : '';
  const ends =
    more.length === 0
      ? fault.expected.ends.map(end).join(' or ')
      : `${end(gravest(faults)!)} at the worst, or as either of them alone`;
  return before + ends + then;
}
