// `npm run conformance -- hub`: its lists are whole, and a wrong command line says what to do. hub.mutants.ts plays it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UsageError } from '../../conformance/form.ts';
import { hubChecks, notVisible } from '../../conformance/hub/checks.ts';
import { form } from '../../conformance/hub/form.ts';
import { requirementsOf } from '../../conformance/requirements.ts';
import { unlisted } from '../../conformance/scorecard.ts';
import { refusalOf } from '../refusal.ts';

test('each requirement of a hub is shown by a check, or listed with the reason why none can', () => {
  assert.equal(unlisted(requirementsOf('H'), hubChecks, notVisible), []);
  const names = hubChecks.map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
});

const url = ['--url', 'https://127.0.0.1:1'];
const code = ['--code', '00000-00000-00000-00000-00000'];
const root = ['--root', '00'.repeat(32)];

const wrong: [args: string[], says: RegExp][] = [
  [[...code, ...root], /--url is the enrolment address/],
  [['--url', 'http://127.0.0.1', ...code, ...root], /--url is the enrolment address/],
  [[...url, ...root], /let the hub make an enrolment code/],
  [[...url, '--code', '1234', ...root], /five groups of five/],
  [[...url, ...code, ...code, ...root], /named twice/],
  [[...url, ...code], /--root is missing/],
  [[...url, ...code, '--root', 'package.json'], /neither 64 hex digits nor a file/],
  [[...url, ...code, ...root, '--backup', 'true'], /go together/],
  [[...url, ...code, ...root, '--cards', 'nowhere'], /simulator -- cards --out/],
  [[...url, ...code, ...root, '--only', 'MDG-H-999'], /no MDG-H of that number/],
  [['--everything'], /--everything/],
];

for (const [args, says] of wrong)
  test(`a wrong command line says what to do: ${says}`, async () => {
    const error = await refusalOf(
      form.run(args, () => undefined),
      UsageError,
    );
    assert.match(error.message, says);
  });

test('where no hub answers, the first check fails, the others say what they lack, and the exit code is 1', async () => {
  const lines: string[] = [];
  const exit = await form.run([...url, ...code, ...root, '--only', 'MDG-H-020,MDG-H-035', '--json'], line =>
    lines.push(line),
  );
  const { requirements } = JSON.parse(lines.join(''));
  assert.is(exit, 1);
  assert.equal(
    requirements.map(({ outcome }: { outcome: string }) => outcome),
    ['failed', 'notTried'],
  );
  assert.match(requirements[0].why, 'ECONNREFUSED');
});

test.run();
