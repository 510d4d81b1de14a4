// An incident once more through the machine, step by step. Pure.
import { isDeepStrictEqual } from 'node:util';
import type { Effect } from '../../agent/transaction/effect.ts';
import type { next } from '../../agent/transaction/next.ts';
import { isEnded, type State } from '../../agent/transaction/state.ts';
import type { Incident, RecordedEnd, RecordedStep } from './incident.ts';
import { plain } from './plain.ts';

export interface ReplayedStep extends RecordedStep {
  before: State;
  after: State;
  effects: readonly Effect[];
  /** Where the journal has it otherwise. */
  differs?: string;
}

export interface Replay {
  transaction: string;
  steps: readonly ReplayedStep[];
  end?: RecordedEnd;
  /** Where the recorded end is another. */
  differs?: string;
}

/** `machine`: the one to run it through. */
export function replay({ transaction, steps, end }: Incident, machine: typeof next): Replay {
  let state: State = { at: 'idle' };
  const replayed = steps.map((step): ReplayedStep => {
    const before = state;
    const made = machine(before, step.event);
    state = made?.state ?? before;
    const differs = differenceOf(step, before, made?.state);
    return { ...step, before, after: state, effects: made?.effects ?? [], ...(differs && { differs }) };
  });
  const differs = end && endDiffers(end, state);
  return { transaction, steps: replayed, ...(end && { end }), ...(differs && { differs }) };
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
  const other = endFields.filter(field => !isDeepStrictEqual(plain(made[field]), plain(end[field])));
  if (other.length === 0) return undefined;
  const told = other.map(
    field =>
      `${field} ${JSON.stringify(plain(made[field]))}, the journal has ${JSON.stringify(plain(end[field]))}`,
  );
  return `today it ends with ${told.join('; ')}`;
}
