// A replayed incident as lines: for a person, or as JSON. Pure.
import type { State } from '../../agent/transaction/state.ts';
import { plain } from './plain.ts';
import type { Replay, ReplayedStep } from './replay.ts';

export const replayJson = ({ transaction, steps, end, differs }: Replay): string[] =>
  [
    ...steps.map(({ event, entry, before, after, effects, differs: other }, step) => ({
      ...{ transaction, step, ...entry, event, before, after, effects, differs: other },
    })),
    ...(end ? [{ ...end, differs }] : []),
  ].map(line => JSON.stringify(plain(line)));

export function replayLines({ transaction, steps, end, differs }: Replay): string[] {
  const others = steps.filter(step => step.differs).length + (differs ? 1 : 0);
  return [
    `Transaction ${transaction}: ${steps.length} steps`,
    ...steps.flatMap((step, at) => stepLines(step, at, steps[at - 1]?.entry?.wall)),
    end
      ? `end     ${timeOf(end.wall)}  ${end.outcome} (${end.code}), kept ${end.keptYen} yen, owed ${end.owedYen} yen`
      : 'end     none is recorded: it is under way, or was interrupted',
    ...(differs ? [`  DIFFERS  ${differs}`] : []),
    others === 0
      ? 'The machine of today leads to the same states and the same end.'
      : `The machine of today differs in ${others} places.`,
  ];
}

function stepLines(step: ReplayedStep, at: number, wallBefore: number | undefined): string[] {
  const { event, entry, before, after, effects, differs } = step;
  const { is, ...facts } = event;
  const since = entry && wallBefore !== undefined ? `  +${(entry.wall - wallBefore) / 1000} s` : '';
  const time = entry ? `${timeOf(entry.wall)}${since}` : 'time not kept: its segment was given up';
  const work = effects.map(({ do: name, ...what }) => `  effect   ${name}${shown(what)}`);
  return [
    `step ${String(at).padEnd(3)}${time}`,
    `  event    ${is}${shown(facts)}`,
    `  state    ${stateOf(before)} > ${stateOf(after)}`,
    ...(work.length > 0 ? work : ['  effect   none']),
    ...(differs ? [`  DIFFERS  ${differs}`] : []),
  ];
}

const timeOf = (wall: number): string => {
  const time = new Date(wall);
  return Number.isNaN(time.getTime()) ? `${wall} ms` : time.toISOString();
};

/** Without what every state carries along. */
function stateOf(state: State): string {
  const { at, transaction: _, waits: __, ...facts } = { transaction: '', waits: {}, ...state };
  return `${at}${shown(facts)}`;
}

function shown(facts: object): string {
  const json = JSON.stringify(plain(facts));
  return json === '{}' ? '' : ` ${json}`;
}
