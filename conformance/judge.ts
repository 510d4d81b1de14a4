// Plays a form's checks and prints their scorecard: what the forms for hubs and for terminals have in common.
import { type Check, type CheckResult, playChecks } from './check.ts';
import { UsageError } from './form.ts';
import { type Requirement, requirementsOf, type Side } from './requirements.ts';
import { exitCodeOf, type NotVisible, scorecard, scorecardText } from './scorecard.ts';

/** Options of every form that ends with a scorecard, for `parseArgs`. */
export const scorecardOptions = {
  only: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

export interface Judged<Rig> {
  /** As in the form: `hub`. */
  form: string;
  /** What is judged, such as its address. */
  target: string;
  requirements: readonly Requirement[];
  checks: readonly Check<Rig>[];
  notVisible: NotVisible;
  json: boolean;
  print(line: string): void;
}

/**
 * The requirements that `--only` names, comma or repetition between them; all of that side where it names none.
 * Errors: UsageError for a number that there is not.
 */
export function chosenRequirements(side: Side, only: readonly string[] = []): Requirement[] {
  const all = requirementsOf(side);
  const chosen = only.flatMap(numbers => numbers.split(','));
  const stranger = chosen.find(number => !all.some(one => one.number === number));
  if (stranger !== undefined)
    throw new UsageError(
      `--only ${stranger}: docs/contract/requirements.md has no MDG-${side} of that number.`,
    );
  return chosen.length === 0 ? all : all.filter(({ number }) => chosen.includes(number));
}

/** Plays the checks of these requirements on `rig`. Returns the exit code: 1 where a MUST failed. */
export async function judge<Rig>(judged: Judged<Rig>, rig: Rig): Promise<0 | 1> {
  const { form, target, requirements, notVisible, json, print } = judged;
  const isChosen = (number: string) => requirements.some(one => one.number === number);
  const checks = judged.checks.filter(({ shows }) => shows.some(isChosen));
  const results = await playChecks(checks, rig, json ? undefined : result => print(progress(result)));
  const card = scorecard(requirements, results, notVisible);
  if (json) print(JSON.stringify({ form, target, ...card, checks: results }));
  else for (const line of ['', ...scorecardText(card)]) print(line);
  return exitCodeOf(card);
}

const marks = { passed: '+', failed: '!', notTried: '-' } as const;

const progress = ({ name, outcome, tookMs }: CheckResult): string =>
  `${marks[outcome]} ${(tookMs / 1000).toFixed(1).padStart(5)} s  ${name}`;
