// In the end the ledger has each record once and in order, whatever is lost, repeated, late, restarted or restored. The same
// check finds each mutant of the machine, of the agent's cursor and of the hub.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { next } from '../../../agent/ledger/drain-machine.ts';
import { DrainModel, type Move, moves, type Rules, rightRules } from './drain-model.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}`);

const long = { maxLength: 150, size: 'max' } as const; // left to itself, fast-check makes ten
/** Rare: a restart discards all other faults that are under way. */
const often: readonly Move[0][] = ['send', 'batchArrives', 'batchLost', 'wordArrives', 'wordTwice'];
const movesOf = (names: readonly Move[0][]) =>
  fc.array(fc.tuple(fc.constantFrom(...names, ...often, ...often, ...often), fc.nat({ max: 8 })), long);
const restoring: readonly Move[0][] = ['backup', 'restore'];
const withRestore = movesOf(moves);
const withoutRestore = movesOf(moves.filter(move => !restoring.includes(move)));

function judge(rules: Rules, restored: boolean, numRuns: number): void {
  fc.assert(
    fc.property(restored ? withRestore : withoutRestore, played => {
      const model = new DrainModel(rules, restored);
      for (let i = 0; i < 7; i++) model.play(['append', 0]);
      model.play(['online', 0]);
      for (const move of played) model.play(move);
      assert.ok(model.settles(), 'it never ends');
      assert.equal(
        model.ledger,
        Array.from({ length: model.appended }, (_, i) => i + 1),
      );
    }),
    { seed, numRuns },
  );
}

test('each record arrives once and in order, whatever network and restarts do; no record is read that was given up', () =>
  judge(rightRules, false, 2000));

test('the same with a hub that is restored from old backups', () => judge(rightRules, true, 2000));

const mutants: Record<string, Partial<Rules>> = {
  'an agent that forgets to go back after silence': {
    next: (state, event, window) => (event.is === 'silence' ? [state, []] : next(state, event, window)),
  },
  'an agent that takes sent for acknowledged': {
    next: (state, event, window) => {
      const [after, effects] = next(state, event, window);
      return [
        event.is === 'sent' ? { ...after, acknowledged: Math.max(after.acknowledged, event.upto) } : after,
        effects,
      ];
    },
  },
  'an agent that does not go back with a restored hub': {
    next: (state, event, window) =>
      event.is === 'acknowledged' && event.seq < state.acknowledged
        ? [state, []]
        : next(state, event, window),
  },
  'an agent that never asks while it is idle': {
    next: (state, event, window) => (event.is === 'idle' ? [state, []] : next(state, event, window)),
  },
  'an agent that takes an acknowledgement from before the restore': { takesGeneration: () => true },
  'a hub that takes a batch behind a gap': { fits: () => true },
  'a hub that takes again what it has': { isNew: () => true },
  'a hub that acknowledges before it commits': { commitsFirst: false },
};

for (const [name, mutant] of Object.entries(mutants))
  test(`the judge finds ${name}`, () => assert.throws(() => judge({ ...rightRules, ...mutant }, true, 2000)));

test.run();
