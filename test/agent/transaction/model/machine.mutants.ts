// timeout: 120 s
// The model can fail: it finds one mistake in the machine by the same campaign that the right machine passes (model.test.ts).
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cutEverywhere, live } from './campaign.ts';
import { interfere } from './interference.ts';
import { type Machine, withChanged } from './machine.ts';
import { mutants } from './mutants.ts';
import { Violation } from './violation.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}`);

/** What a machine has to stand, the cheaper first. */
const trials = {
  outside: machine => interfere(machine, 'outside'),
  lives: machine => live(machine, 'outside', { seed, numRuns: 300, endOnFailure: true }),
  late: machine => interfere(machine, 'late'),
  cuts: machine => cutEverywhere(machine, { full: false }),
} satisfies Record<string, (machine: Machine) => Promise<void>>;

/** Which of them finds a mistake soonest, where that is not the first: it is tried first. */
const soonest: Record<string, keyof typeof trials> = {
  'keeps the fee of one who did not pay in time': 'lives',
  'waits for a print for ever': 'cuts',
  'keeps the fee where nothing was printed': 'cuts',
  'makes another job for each that is reported': 'late',
  'checks twice': 'late',
  'goes on without a document': 'lives',
  'uses the last try unasked': 'cuts',
  'asks a fee for nothing': 'cuts',
  'forgets money at a restart': 'cuts',
  'returns money at a restart while paper may be out': 'cuts',
  'prints again after a restart': 'cuts',
  'makes the job again after a restart': 'cuts',
  'does not ask the till again after a restart': 'lives',
  'takes money as returned after a restart': 'lives',
  'gives no claim slip after a restart': 'lives',
  'goes on with the previous card after a restart': 'cuts',
  'knows no deadline at the till': 'cuts',
  'leaves the last event out of a checkpoint': 'cuts',
};

/** The rule that was broken; nothing, where the machine stands everything. */
async function found(machine: Machine, wrong: string): Promise<string | undefined> {
  const first = trials[soonest[wrong] ?? 'outside'];
  try {
    for (const trial of new Set([first, ...Object.values(trials)])) await trial(machine);
    return undefined;
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return error.message.split('\n', 1)[0];
  }
}

for (const mutant of mutants)
  test(mutant.wrong, async () => {
    const broken = await withChanged([mutant], machine => found(machine, mutant.wrong));
    console.log(`${mutant.wrong}: ${broken}`);
    assert.ok(broken, 'the model has not found it');
  });

test('what is said of a mistake is said of one that there is', () => {
  for (const wrong of Object.keys(soonest))
    assert.ok(
      mutants.some(mutant => mutant.wrong === wrong),
      wrong,
    );
});

test('an unchanged copy is not wrong by being a copy', async () => {
  await withChanged([], machine => interfere(machine, 'outside'));
});

test.run();
