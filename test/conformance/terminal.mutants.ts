// timeout: 240 s
// The conformance kit finds each planted mistake of a terminal of ours, by the right requirement and no other, and none in the terminal
// as it stands. One hub and one enrolment for all; each terminal is built with its mistake.
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chosenRequirements, judge } from '../../conformance/judge.ts';
import type { Scorecard } from '../../conformance/scorecard.ts';
import { checks } from '../../conformance/terminal/checks.ts';
import { notVisible } from '../../conformance/terminal/not-visible.ts';
import { ourTerminal } from '../../conformance/terminal/our-terminal.ts';
import { Rig } from '../../conformance/terminal/rig.ts';
import { played } from '../../conformance/terminal/scene.ts';
import { programsVariable } from '../../simulator/programs.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import type { Change } from '../mutate.ts';
import { bundle, terminalMains } from '../runner/compile.ts';
import { terminalMutants } from './terminal-mutants.ts';

const root = resolve(import.meta.dirname, '../..');
const dir = temporaryFolder('mutants');
let rig: Rig;

test.before(async () => {
  const quiet = () => undefined;
  rig = await Rig.open({ host: 'localhost', commands: {}, cards: undefined, say: quiet, tell: quiet });
});
test.after(async () => {
  delete process.env[programsVariable];
  await rig.close();
  await rm(dir, { recursive: true, force: true });
});

/** Reads the changed file with its change. Errors: a text that is not there exactly once. */
const changed = ({ file, find, replace }: Change): Plugin => ({
  name: 'mutant',
  setup(build) {
    const path = join(root, file);
    build.onLoad({ filter: /\.ts$/ }, async loaded => {
      if (loaded.path !== path) return undefined;
      const source = await readFile(path, 'utf8');
      assert.is(source.split(find).length, 2, `${file} holds this not once: ${find}`);
      return { contents: source.replace(find, () => replace), loader: 'ts' };
    });
  },
});

const fixture = (name: string): string =>
  `exec "${process.execPath}" "${join(import.meta.dirname, name)}.fixture.ts"`;
const commands = () => ({
  enrol: ourTerminal().enrol,
  start: fixture('standing-terminal'),
  visit: fixture('visit'),
});

let built = 0;

/** What the kit says of the terminal with this change. */
async function card(
  numbers: readonly string[],
  change?: Change,
): Promise<{ code: number; failed: string[]; passed: string[]; why: string }> {
  const programs = join(dir, String(++built));
  await bundle(programs, terminalMains, change ? [changed(change)] : []);
  process.env[programsVariable] = programs;
  await rig.use(commands());
  rig.seen.faults.length = 0;
  const lines: string[] = [];
  const requirements = chosenRequirements('T', numbers);
  const code = await judge(
    {
      ...{ form: 'terminal', target: 'a mutant', requirements, notVisible, json: true },
      checks: played(checks, false),
      print: line => lines.push(line),
    },
    rig,
  );
  const { requirements: found } = JSON.parse(lines.join('')) as Scorecard;
  for (const { number, outcome, why } of found) if (outcome === 'failed') console.log(`${number}: ${why}`);
  const why = found.find(({ outcome }) => outcome === 'failed')?.why ?? '';
  const those = (outcome: string) => found.filter(one => one.outcome === outcome).map(({ number }) => number);
  return { code, failed: those('failed'), passed: those('passed'), why };
}

for (const { name, change, fails, came, keeps } of terminalMutants)
  test(`${fails}: ${name}`, async () => {
    const { why, ...found } = await card([fails, ...keeps], change);
    assert.equal(found, { code: 1, failed: [fails], passed: [...keeps] });
    assert.match(why, came);
  });

test('the terminal as it stands keeps them', async () => {
  const numbers = ['MDG-T-011', 'MDG-T-013', 'MDG-T-050', 'MDG-T-062'];
  assert.equal(await card(numbers), { code: 0, failed: [], passed: numbers, why: '' });
});

test('a newer terminal is served by the kit’s hub of version 1: what was refused comes again under its id', async () => {
  const numbers = ['MDG-T-070', 'MDG-T-072', 'MDG-T-073'];
  const newer = {
    file: 'agent/main.ts',
    find: '  main().catch(',
    replace: '  main({ versions: [1, 2], forms: {} }).catch(',
  };
  assert.equal(await card(numbers, newer), { code: 0, failed: [], passed: numbers, why: '' });
});

test.run();
