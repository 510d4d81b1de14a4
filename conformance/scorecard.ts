// What a form of the kit ends with: an outcome for each requirement, for a person and for a program.
import type { CheckResult } from './check.ts';
import type { Requirement } from './requirements.ts';

/** By requirement: why the kit cannot see from outside whether it is kept. */
export type NotVisible = Readonly<Record<string, string>>;

/** One line of a scorecard. `why` says what was sent, expected and received, or why nothing was tried. */
export interface Line {
  number: string;
  level: Requirement['level'];
  text: string;
  outcome: CheckResult['outcome'];
  /** Undefined where it passed. */
  why?: string;
  /** The checks that were played for it. */
  checks: { name: string; outcome: CheckResult['outcome']; why?: string }[];
}

export interface Scorecard {
  passed: number;
  failed: number;
  /** Of the failed ones, those that say MUST. */
  failedMust: number;
  notTried: number;
  requirements: Line[];
}

/**
 * A requirement failed where a check of it failed, and passed only where a check of it was played and passed.
 * Of a check that shows several, those that did not break it are not tried: the check ended before it could show them.
 */
export function scorecard(
  requirements: readonly Requirement[],
  results: readonly CheckResult[],
  notVisible: NotVisible,
): Scorecard {
  const lines = requirements.map(one => lineOf(one, results, notVisible));
  const failed = lines.filter(({ outcome }) => outcome === 'failed');
  return {
    passed: lines.filter(({ outcome }) => outcome === 'passed').length,
    failed: failed.length,
    failedMust: failed.filter(({ level }) => level === 'MUST').length,
    notTried: lines.filter(({ outcome }) => outcome === 'notTried').length,
    requirements: lines,
  };
}

function lineOf(
  { number, level, text }: Requirement,
  results: readonly CheckResult[],
  notVisible: NotVisible,
): Line {
  const checks = results
    .filter(({ shows }) => shows.includes(number))
    .map(({ name, outcome, why, of }) =>
      of && !of.includes(number)
        ? { name, outcome: 'notTried' as const, why: `its check failed before it was seen: ${why}` }
        : { name, outcome, ...(why !== undefined && { why }) },
    );
  const found =
    checks.find(({ outcome }) => outcome === 'failed') ??
    checks.find(({ outcome }) => outcome === 'passed') ??
    checks[0];
  const why = found ? found.why : (notVisible[number] ?? 'no check of the kit shows it');
  return {
    ...{ number, level, text, outcome: found?.outcome ?? 'notTried' },
    ...(why !== undefined && { why }),
    checks,
  };
}

/** 0 where no MUST failed. */
export const exitCodeOf = ({ failedMust }: Scorecard): 0 | 1 => (failedMust > 0 ? 1 : 0);

/** What is wrong with the lists: a number that is in neither or in both, or that no requirement has. */
export function unlisted(
  requirements: readonly Requirement[],
  checks: readonly { shows: readonly string[] }[],
  notVisible: NotVisible,
): string[] {
  const numbers = new Set(requirements.map(({ number }) => number));
  const shown = new Set(checks.flatMap(({ shows }) => shows));
  const hidden = new Set(Object.keys(notVisible));
  const strangers = [...shown, ...hidden].filter(number => !numbers.has(number));
  return [
    ...strangers.map(number => `${number}: no such requirement`),
    ...[...numbers].flatMap(number => {
      if (shown.has(number) && hidden.has(number))
        return [`${number}: shown by a check, and listed as not visible`];
      return shown.has(number) || hidden.has(number)
        ? []
        : [`${number}: neither shown nor listed as not visible`];
    }),
  ];
}

const words = { passed: 'passed', failed: 'FAILED', notTried: 'not tried' } as const;

/** For a person: a line for each requirement, a further one with the reason where it did not pass, and the sum. */
export function scorecardText(card: Scorecard): string[] {
  const lines = card.requirements.flatMap(({ number, level, text, outcome, why, checks }) => {
    const place = `${words[outcome].padEnd(9)}  ${number}  `;
    const check = outcome === 'failed' ? checks.find(one => one.outcome === 'failed') : undefined;
    return [
      `${place}${text}`,
      ...(why === undefined ? [] : [`${' '.repeat(place.length)}${why}`]),
      ...(check ? [`${' '.repeat(place.length)}(${level}; check: ${check.name})`] : []),
    ];
  });
  return [...lines, '', sum(card)];
}

function sum({ passed, failed, failedMust, notTried }: Scorecard): string {
  const ofMust = failed === 0 ? '' : ` (${failedMust} MUST, ${failed - failedMust} SHOULD)`;
  return `${passed} passed, ${failed} failed${ofMust}, ${notTried} not tried`;
}
