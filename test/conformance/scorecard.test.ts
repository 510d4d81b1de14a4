// The scorecard: what each outcome of a check makes of its requirements.
import { parseArgs } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Check, Failure, NotTried, playChecks } from '../../conformance/check.ts';
import { UsageError } from '../../conformance/form.ts';
import { chosenRequirements, judge, scorecardOptions } from '../../conformance/judge.ts';
import { type Requirement, readRequirements, requirementsOf } from '../../conformance/requirements.ts';
import { exitCodeOf, scorecard, scorecardText, unlisted } from '../../conformance/scorecard.ts';

const requirement = (number: string, level: Requirement['level'] = 'MUST'): Requirement => ({
  ...{ number, level, text: `A hub ${level} be good.`, from: '', shownBy: '' },
});
const check = (shows: string[], run: Check<void>['run'], limitMs?: number): Check<void> => ({
  ...{ name: `shows ${shows}`, shows, run, ...(limitMs !== undefined && { limitMs }) },
});
const wrong = (of?: string[]) =>
  new Failure({ sent: 'a question', expected: 'an answer', came: 'nothing', ...(of && { of }) });
const passes = async () => undefined;
const throws = (error: unknown) => async () => {
  throw error;
};

test('the page is read: number, level, text', () => {
  const [first] = readRequirements('# x\n| MDG-H-001 | A hub SHOULD do. | hub.md, X | `a/b`: c |\n');
  assert.equal(first, {
    ...{
      number: 'MDG-H-001',
      level: 'SHOULD',
      text: 'A hub SHOULD do.',
      from: 'hub.md, X',
      shownBy: '`a/b`: c',
    },
  });
  assert.throws(() => readRequirements('| MDG-H-001 | A hub does. | hub.md, X | `a/b`: c |'), /neither MUST/);
  assert.ok(requirementsOf('H').length > 50 && requirementsOf('T').length > 30);
});

test('a requirement passes by a check that was played, and by nothing else', async () => {
  const results = await playChecks(
    [
      check(['A', 'B'], passes),
      check(['B'], throws(new NotTried('needs a restart'))),
      check(['C'], throws(new NotTried('needs a restart'))),
      check(['D', 'A2'], throws(wrong(['D']))),
      check(['E'], throws(new TypeError('undefined is no function'))),
      check(['E'], passes),
    ],
    undefined,
  );
  const card = scorecard(
    ['A', 'A2', 'B', 'C', 'D', 'E', 'F', 'G'].map(one => requirement(one)),
    results,
    {
      F: 'cannot be seen',
    },
  );
  assert.equal(
    card.requirements.map(({ number, outcome, why }) => [number, outcome, why]),
    [
      ['A', 'passed', undefined],
      [
        ...['A2', 'notTried'],
        'its check failed before it was seen: sent: a question; expected: an answer; came: nothing',
      ],
      ['B', 'passed', undefined],
      ['C', 'notTried', 'needs a restart'],
      ['D', 'failed', 'sent: a question; expected: an answer; came: nothing'],
      ['E', 'failed', 'the check ended early: undefined is no function'],
      ['F', 'notTried', 'cannot be seen'],
      ['G', 'notTried', 'no check of the kit shows it'],
    ],
  );
  assert.equal([card.passed, card.failed, card.failedMust, card.notTried], [2, 2, 2, 4]);
});

test('a check that hangs fails when its time is over', async () => {
  let aborted = false;
  const hangs = check(
    ['A'],
    (_, signal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise(() => undefined);
    },
    20,
  );
  const [result] = await playChecks([hangs], undefined);
  assert.equal(
    [result?.outcome, result?.why],
    ['failed', 'the check ended early: it was not over after 0.02 s'],
  );
  assert.ok(aborted);
});

test('the exit code is 1 where a MUST failed, and 0 where only a SHOULD did', async () => {
  const results = await playChecks([check(['A'], throws(wrong()))], undefined);
  assert.is(exitCodeOf(scorecard([requirement('A')], results, {})), 1);
  assert.is(exitCodeOf(scorecard([requirement('A', 'SHOULD')], results, {})), 0);
  assert.is(exitCodeOf(scorecard([requirement('B')], results, {})), 0);
});

test('a number in neither list, in both, or of no requirement is found', () => {
  const wrongs = unlisted(
    ['A', 'B', 'C', 'D'].map(one => requirement(one)),
    [{ shows: ['A', 'B'] }, { shows: ['Z'] }],
    { B: 'why', C: 'why' },
  );
  assert.equal(wrongs, [
    'Z: no such requirement',
    'B: shown by a check, and listed as not visible',
    'D: neither shown nor listed as not visible',
  ]);
});

test('a person reads outcome, number, text, and why', async () => {
  const results = await playChecks([check(['A'], passes), check(['B'], throws(wrong()))], undefined);
  const card = scorecard([requirement('A'), requirement('B', 'SHOULD')], results, {});
  assert.equal(scorecardText(card), [
    'passed     A  A hub MUST be good.',
    'FAILED     B  A hub SHOULD be good.',
    '              sent: a question; expected: an answer; came: nothing',
    '              (SHOULD; check: shows B)',
    '',
    '1 passed, 1 failed (0 MUST, 1 SHOULD), 0 not tried',
  ]);
});

test('a program reads the same as JSON; only the checks of the chosen requirements are played', async () => {
  const lines: string[] = [];
  const checks = [check(['A'], passes), check(['B'], throws(wrong()))];
  const judged = { form: 'hub', target: 'https://hub', checks, notVisible: {}, json: true };
  const code = await judge(
    { ...judged, requirements: [requirement('A')], print: line => lines.push(line) },
    undefined,
  );
  const { requirements, checks: played, ...rest } = JSON.parse(lines.join(''));
  assert.equal(rest, {
    form: 'hub',
    target: 'https://hub',
    passed: 1,
    failed: 0,
    failedMust: 0,
    notTried: 0,
  });
  assert.equal(requirements.length + played.length, 2);
  assert.is(code, 0);
});

test('--only takes numbers that there are', () => {
  const { only, json } = parseArgs({
    args: ['--only', 'MDG-H-031,MDG-H-010', '--only', 'MDG-H-011'],
    options: scorecardOptions,
  }).values;
  assert.is(json, undefined);
  const numbers = chosenRequirements('H', only).map(({ number }) => number);
  assert.equal(numbers, ['MDG-H-010', 'MDG-H-011', 'MDG-H-031']);
  assert.throws(
    () => chosenRequirements('H', ['MDG-T-001']),
    (error: unknown) => error instanceof UsageError,
  );
});

test.run();
