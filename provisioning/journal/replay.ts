// A recorded transaction run through today's machine once more, step by step, and the outcome as lines. Pure.
import { isDeepStrictEqual } from 'node:util';
import type { Effect } from '../../agent/transaction/effect.ts';
import type { next } from '../../agent/transaction/next.ts';
import { isEnded, type State } from '../../agent/transaction/state.ts';
import { toJson } from './entry.ts';
import type { Incident, RecordedEnd, RecordedEvidence, RecordedStep } from './incident.ts';

export interface ReplayedStep extends RecordedStep {
  before: State;
  after: State;
  effects: readonly Effect[];
  /** Where the journal has another state: which. */
  differs?: string;
}

export interface Replay {
  transaction: string;
  steps: readonly ReplayedStep[];
  end?: RecordedEnd;
  evidence?: RecordedEvidence;
  /** Where the recorded end is another: which. */
  differs?: string;
}

/** `machine`: the function that is compared with the journal, today's `next`. */
export function replay({ transaction, steps, ...recorded }: Incident, machine: typeof next): Replay {
  let state: State = { at: 'idle' };
  const replayed = steps.map((step): ReplayedStep => {
    const before = state;
    const made = machine(before, step.event);
    state = made?.state ?? before;
    const differs = differenceOf(step, before, made?.state);
    return { ...step, before, after: state, effects: made?.effects ?? [], ...(differs && { differs }) };
  });
  const differs = recorded.end && endDiffers(recorded.end, state);
  return { transaction, steps: replayed, ...recorded, ...(differs && { differs }) };
}

function differenceOf({ event, entry }: RecordedStep, before: State, after: State | undefined) {
  if (!after)
    return `today the event ${event.is} means nothing in ${before.at}; the journal has the state ${entry?.at ?? 'after it'}`;
  if (entry && entry.at !== after.at)
    return `today it leads to ${after.at}; the journal has the state ${entry.at}`;
  return undefined;
}

const endFields = ['outcome', 'code', 'keptYen', 'owedYen', 'order', 'evidence'] as const;

function endDiffers(end: RecordedEnd, state: State): string | undefined {
  if (!isEnded(state)) return `today it is not at its end but in ${state.at}`;
  const made: Partial<RecordedEnd> = { ...state.ending, order: state.order };
  const other = endFields.filter(field => !isDeepStrictEqual(toJson(made[field]), toJson(end[field])));
  if (other.length === 0) return undefined;
  const differences = other.map(
    field =>
      `${field} ${JSON.stringify(toJson(made[field]))}, the journal has ${JSON.stringify(toJson(end[field]))}`,
  );
  return `today it ends with ${differences.join('; ')}`;
}

/** JSON, one line a step and one for the end. */
export const replayJson = ({ transaction, steps, end, evidence, differs }: Replay): string[] =>
  [
    ...steps.map(({ event, entry, before, after, effects, differs: other }, step) => ({
      ...{ transaction, step, ...entry, event, before, after, effects, differs: other },
    })),
    ...(end ? [{ ...end, differs }] : []),
    ...(evidence ? [evidence] : []),
  ].map(line => JSON.stringify(toJson(line)));

/** For a person. A value that was shown before (an order, an ending) is `as above`. */
export function replayLines({ transaction, steps, end, evidence, differs }: Replay): string[] {
  const others = steps.filter(step => step.differs).length + (differs ? 1 : 0);
  const shown = abridger();
  return [
    `Transaction ${transaction}: ${steps.length} steps`,
    ...steps.flatMap((step, at) => stepLines(step, at, steps[at - 1]?.entry?.wall, shown)),
    end
      ? `end     ${timeOf(end.wall)}  ${end.outcome} (${end.code}), kept ${end.keptYen} yen, owed ${end.owedYen} yen`
      : 'end     none is recorded: it is under way, or was interrupted',
    ...(differs ? [`  DIFFERS  ${differs}`] : []),
    ...(evidence
      ? [
          `after   ${timeOf(evidence.wall)}  the gate signed: ${evidence.result} (the end stands; close the claim by it)`,
        ]
      : []),
    others === 0
      ? 'The machine of today leads to the same states and the same end.'
      : `The machine of today differs in ${others} places.`,
  ];
}

type Shown = (facts: object) => string;

function stepLines(step: ReplayedStep, at: number, wallBefore: number | undefined, shown: Shown): string[] {
  const { event, entry, before, after, effects, differs } = step;
  const { is, ...facts } = event;
  const carried = { at: undefined, transaction: undefined, waits: undefined }; // every state has them
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

/** Returns facts as JSON to stand behind a name, or an empty text where there are none. */
function abridger(): Shown {
  const seen = new Set<string>();
  const short = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const json = JSON.stringify(value);
    if (seen.has(json)) return 'as above';
    seen.add(json);
    return value;
  };
  return facts => {
    const entries = Object.entries(toJson(facts) as object).map(
      ([key, value]) => [key, short(value)] as const,
    );
    const json = JSON.stringify(Object.fromEntries(entries));
    return json === '{}' ? '' : ` ${json}`;
  };
}
