// One table of deadlines: command < state < what the gate keeps a transaction open for, whatever the configuration says.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sessionMs } from '../../../agent/gate/transaction/session.ts';
import {
  maxVisitMs,
  readConfiguration,
  signConfiguration,
  visitMs,
  type Waits,
} from '../../../agent/protocol/configuration.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { effectMs, stateMs, tillMs } from '../../../agent/transaction/deadlines.ts';
import type { Effect } from '../../../agent/transaction/effect.ts';
import type { Event } from '../../../agent/transaction/event.ts';
import { next } from '../../../agent/transaction/next.ts';
import { isEnded, type State } from '../../../agent/transaction/state.ts';
import { order, road, transaction } from './story.ts';

const between = (min: number, max: number) => fc.integer({ min, max });
/** Every configuration that the contract's ranges allow. */
const anyWaits: fc.Arbitrary<Waits> = fc.record({
  pinMs: between(5_000, 300_000),
  hubMs: between(1_000, 120_000),
  deviceMs: between(1_000, 120_000),
  choiceMs: between(5_000, 600_000),
  takeCardMs: between(5_000, 600_000),
  fetchMs: between(5_000, 600_000),
  payMs: between(5_000, 600_000),
  printMs: between(10_000, 900_000),
  receiptMs: between(5_000, 120_000),
});
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const forAll = (check: (waits: Waits) => void) => fc.assert(fc.property(anyWaits, check), { seed });

interface Stay {
  state: State;
  /** What was asked for as the state was entered. */
  effects: readonly Effect[];
}

const failed = (effect: string, code: string): Event => ({ is: 'failed', effect, code });
const printEnded = road().find(event => event.is === 'printEnded')!;

/** Every state that a transaction waits in, with what it waits for: the straight road, and the turnings off it. */
function stays(waits: Waits): Stay[] {
  const straight = road().map(event => (event.is === 'started' ? { ...event, waits } : event));
  const turnings: Event[][] = [
    [...straight.slice(0, 1), { is: 'cardRead', triesLeft: 1 }, { is: 'lastTryTaken' }],
    [...straight.slice(0, 2), { is: 'pinWrong', triesLeft: 2 }, { is: 'pinWrong', triesLeft: 1 }],
    [...straight.slice(0, 7), { is: 'cardTaken' }, { is: 'fetched' }, { is: 'documentHeld' }],
    [...straight.slice(0, 11), { is: 'deadline' }, { is: 'voidRefused', paidYen: 200 }],
    [...straight.slice(0, 13), failed('print', 'door/closed'), failed('resolveJob', 'gate/noTransaction')],
    [...straight.slice(0, 13), { is: 'restarted' }],
    [...straight.slice(0, 13), { ...printEnded, result: 'unknown' } as Event],
  ];
  return [straight, ...turnings].flatMap(events => {
    const found: Stay[] = [];
    let state: State = { at: 'idle' };
    for (const event of events) {
      const step = next(state, event);
      if (!step) continue;
      state = step.state;
      found.push({ state, effects: step.effects });
    }
    return found;
  });
}

type Table = { effectMs: typeof effectMs; stateMs: typeof stateMs };

/** The states that do not outlast the commands that they were entered with. */
const tooShort = (waits: Waits, table: Table): string[] =>
  stays(waits).flatMap(({ state, effects }) => {
    const limitMs = table.stateMs(state);
    if (limitMs === undefined) return [];
    const commandsMs = effects
      .map(({ do: name }) => table.effectMs(name, waits))
      // the document is fetched and checked meanwhile, and the states behind it have the whole time for that
      .filter(ms => Number.isFinite(ms) && state.at !== 'cardReturned')
      .reduce((sum, ms) => sum + ms, 0);
    return commandsMs > 0 && commandsMs >= limitMs ? [state.at] : [];
  });

test('the roads lead through every state that has a deadline', () => {
  const seen = new Set(stays(anyOf()).map(({ state }) => state.at));
  const all = [
    ...['card', 'pin', 'authenticate', 'choose', 'confirm', 'order', 'cardReturned', 'fetch', 'check', 'pay'],
    ...['print', 'receipt', 'void', 'claim'],
  ];
  assert.equal(
    all.filter(at => !seen.has(at as State['at'])),
    [],
  );
});

const anyOf = (): Waits => fc.sample(anyWaits, { seed, numRuns: 1 })[0]!;

test('every state outlasts its commands, with every configuration that the contract allows', () =>
  forAll(waits => assert.equal(tooShort(waits, { effectMs, stateMs }), [])));

test('a table in which one state is as long as its command is found', () => {
  const equal: Table = {
    effectMs,
    stateMs: state => (state.at === 'pin' ? state.waits.pinMs + state.waits.deviceMs : stateMs(state)),
  };
  assert.ok(tooShort(anyOf(), equal).includes('pin'));
});

test('a till that does not answer is noticed before the time to pay is over', () =>
  forAll(waits => {
    const pay = { at: 'pay', transaction, waits, order } as const;
    for (const till of ['asked', 'capturing'] as const) assert.ok(tillMs(waits) < stateMs({ ...pay, till })!);
  }));

test('a state lasts as long as a document is fetched or checked that was begun before it', () =>
  forAll(waits => {
    const base = { transaction, waits, order };
    assert.ok(effectMs('fetch', waits) < stateMs({ at: 'fetch', ...base })!);
    assert.ok(effectMs('check', waits) < stateMs({ at: 'check', ...base })!);
  }));

/** Max time to the print: every wait is used up, and the PIN is wrong until the last try. */
function maxWayMs(waits: Waits): number {
  const straight = road().map(event => (event.is === 'started' ? { ...event, waits } : event));
  const slow: Event[] = [
    ...straight.slice(0, 2),
    { is: 'pinWrong', triesLeft: 2 },
    { is: 'pinWrong', triesLeft: 1 },
    { is: 'lastTryTaken' },
    ...straight.slice(2, 7),
    { is: 'cardTaken' },
    { is: 'fetched' },
    { is: 'documentHeld' },
    ...straight.slice(10, 13),
  ];
  let state: State = { at: 'idle' };
  let ms = 0;
  for (const event of slow) {
    const step = next(state, event);
    assert.ok(step, event.is);
    state = step.state;
    if (event.is !== 'jobCreated') ms += stateMs(state) ?? 0;
  }
  assert.ok(state.at === 'print' && !isEnded(state));
  return ms;
}

test('the gate keeps a transaction open for longer than any configuration that is taken may need', () =>
  forAll(waits => {
    if (visitMs(waits) <= maxVisitMs) assert.ok(maxWayMs(waits) < sessionMs);
  }));

test('a configuration with which the gate would end a visit first is refused, and names the field', () => {
  const key = newKeyPair();
  const longest: Waits = { ...anyOf(), choiceMs: 600_000, payMs: 600_000, takeCardMs: 600_000 };
  const body = { schema: 1, audience: 'test-1', seq: 1, waits: longest, municipalities: {} } as const;
  assert.ok(maxWayMs(longest) > sessionMs);
  const read = () => readConfiguration(signConfiguration(body, key), 'test-1', key.coseKey);
  assert.throws(read, /The field waits is not what the contract allows/);
});

test.run();
