// A replayed incident as lines: for a person, or as JSON. Pure.
import { plain } from './plain.ts';
import type { Replay, ReplayedStep } from './replay.ts';

export const replayJson = ({ transaction, steps, end, differs }: Replay): string[] =>
  [
    ...steps.map(({ event, entry, before, after, effects, differs: other }, step) => ({
      ...{ transaction, step, ...entry, event, before, after, effects, differs: other },
    })),
    ...(end ? [{ ...end, differs }] : []),
  ].map(line => JSON.stringify(plain(line)));

/** What was told once (an order, an ending) is not told in full again: `as above`. */
export function replayLines({ transaction, steps, end, differs }: Replay): string[] {
  const others = steps.filter(step => step.differs).length + (differs ? 1 : 0);
  const shown = abridger();
  return [
    `Transaction ${transaction}: ${steps.length} steps`,
    ...steps.flatMap((step, at) => stepLines(step, at, steps[at - 1]?.entry?.wall, shown)),
    end
      ? `end     ${timeOf(end.wall)}  ${end.outcome} (${end.code}), kept ${end.keptYen} yen, owed ${end.owedYen} yen`
      : 'end     none is recorded: it is under way, or was interrupted',
    ...(differs ? [`  DIFFERS  ${differs}`] : []),
    others === 0
      ? 'The machine of today leads to the same states and the same end.'
      : `The machine of today differs in ${others} places.`,
  ];
}

type Shown = (facts: object) => string;

function stepLines(step: ReplayedStep, at: number, wallBefore: number | undefined, shown: Shown): string[] {
  const { event, entry, before, after, effects, differs } = step;
  const { is, ...facts } = event;
  const carried = { at: undefined, transaction: undefined, waits: undefined }; // by every state
  const since = entry && wallBefore !== undefined ? `  +${(entry.wall - wallBefore) / 1000} s` : '';
  const time = entry ? `${timeOf(entry.wall)}${since}` : 'time not kept: its segment was given up';
  const lines = [
    `step ${String(at).padEnd(3)}${time}`,
    `  event    ${is}${shown({ ...facts, transaction: undefined })}`,
    `  state    ${before.at} > ${after.at}${shown({ ...after, ...carried })}`,
    ...effects.map(({ do: name, ...what }) => `  effect   ${name}${shown(what)}`),
  ];
  if (effects.length === 0) lines.push('  effect   none');
  if (differs) lines.push(`  DIFFERS  ${differs}`);
  return lines;
}

const timeOf = (wall: number): string => {
  const time = new Date(wall);
  return Number.isNaN(time.getTime()) ? `${wall} ms` : time.toISOString();
};

/** Facts as JSON behind a name; nothing where there are none. */
function abridger(): Shown {
  const told = new Set<string>();
  const short = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const json = JSON.stringify(value);
    if (told.has(json)) return 'as above';
    told.add(json);
    return value;
  };
  return facts => {
    const entries = Object.entries(plain(facts) as object).map(
      ([key, value]) => [key, short(value)] as const,
    );
    const json = JSON.stringify(Object.fromEntries(entries));
    return json === '{}' ? '' : ` ${json}`;
  };
}
