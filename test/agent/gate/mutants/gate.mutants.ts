// timeout: 120 s
// Each check of the gate is taken away by itself, in its source: then a wrong paper comes out of the printer, and with it none.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { manifestChecks, pageChecks, tokenChecks } from '../../../../agent/gate/transaction/checks.ts';
import { refusalOf } from '../../../refusal.ts';
import { halfMutants, rowMutants } from './check-mutants.ts';
import * as asItStands from './code.ts';
import { type Change, mutated } from './mutate.ts';
import { goodVisit } from './papers.ts';
import { signatureMutants } from './signature-mutants.ts';
import { happens } from './terminal.ts';
import { turnMutants } from './turn-mutants.ts';

const mutants = [...rowMutants, ...halfMutants, ...signatureMutants, ...turnMutants];

for (const { name, change, visit, code, backedBy } of mutants) {
  const wrongSides = async (...changes: Change[]) =>
    (await happens(await mutated(...changes), visit)).wrongSides;

  test(`${name}${backedBy ? `; and beside it: ${backedBy.because}` : ''}`, async () => {
    const stands = await happens(asItStands, visit);
    assert.equal([stands.wrongSides, stands.refused], [0, code], 'with the check in place');
    if (!backedBy) return assert.ok((await wrongSides(change)) > 0, 'the mutant printed nothing wrong');
    assert.equal([await wrongSides(change), await wrongSides(backedBy)], [0, 0], 'each is enough');
    assert.ok((await wrongSides(change, backedBy)) > 0, 'without both nothing wrong was printed');
  });
}

test('every row of both tables of checks has its mutant', () => {
  for (const { code } of [...tokenChecks, ...manifestChecks, ...pageChecks])
    assert.ok(
      rowMutants.some(mutant => mutant.code === code),
      code,
    );
});

const harmless: Change = {
  file: 'agent/gate/transaction/checks.ts',
  find: '// The table of what must agree before anything is printed',
  replace: '// The table of what has to agree before anything is printed',
};

test('a mutant that changes a comment prints the right paper, and no wrong one in any of these visits', async () => {
  const code = await mutated(harmless);
  assert.equal(await happens(code, goodVisit), { refused: undefined, rightSides: 4, wrongSides: 0 });
  for (const { name, visit } of mutants) assert.is((await happens(code, visit)).wrongSides, 0, name);
});

test('a change that finds its text not once, or in no file of the gate, is refused', async () => {
  const refusals = {
    'holds this 0 times': { ...harmless, find: 'no such text' },
    'times, not once': { ...harmless, find: 'holds: c =>' },
    'is no part of': { ...harmless, file: 'drivers/card/apdu.ts', find: '// ' },
  };
  for (const [why, change] of Object.entries(refusals))
    assert.match((await refusalOf(mutated(change), Error)).message, why);
});

test.run();
