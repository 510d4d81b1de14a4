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

/** The broken rule; undefined where the machine passes. */
async function found(machine: Machine): Promise<string | undefined> {
  try {
    await live(machine, 'outside', { seed, numRuns: 300, endOnFailure: true });
    await interfere(machine, 'outside');
    await interfere(machine, 'late');
    await cutEverywhere(machine, { twice: false });
    return undefined;
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return error.message.split('\n', 1)[0];
  }
}

for (const mutant of mutants)
  test(mutant.wrong, async () => {
    const broken = await withChanged([mutant], found);
    console.log(`${mutant.wrong}: ${broken}`);
    assert.ok(broken, 'the model has not found it');
  });

test('an unchanged copy is not wrong by being a copy', async () => {
  await withChanged([], machine => interfere(machine, 'outside'));
});

test.run();
