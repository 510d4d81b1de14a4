// Each fault is played by exactly one suite here, and each suite by its test file.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { State } from '../../../agent/transaction/state.ts';
import { type Fault, issued } from '../../../simulator/faults/fault.ts';
import { moments } from '../../../simulator/faults/moments.ts';
import { faults } from '../../../simulator/faults/registry.ts';
import { faultsOf, type SuiteName, suites, unplayed } from './suites.ts';

const names = Object.keys(suites) as SuiteName[];
const planted = (name: string): Fault => ({ name, summary: '', expected: issued, arrange: () => undefined });

test('every fault of the registry is played', () => {
  assert.equal(unplayed(faults), []);
  const played = names.flatMap(name => faultsOf(name).map(fault => fault.name));
  assert.equal(played.sort(), faults.map(fault => fault.name).sort());
});

test('a planted fault of a condition that no suite has is found; a new one of a known condition is played', () => {
  assert.equal(unplayed([planted('scanner.broken')]), ['scanner.broken is played by no suite']);
  for (const name of ['hub.does-what-it-never-did', 'hubs.killed-at-pin', 'agent.asleep'])
    assert.equal(unplayed([planted(name)]).length, name.startsWith('hub.') ? 0 : 1, name);
});

test('every suite has a file that plays it', () => {
  for (const name of names) {
    const text = readFileSync(new URL(`${name}.faults.ts`, import.meta.url), 'utf8');
    assert.match(text, new RegExp(`play(Suite|Deaths)\\('${name}'`));
    assert.ok(faultsOf(name).length > 0, name);
  }
});

/** Of the machine, as the type has them: a new one without a moment does not compile. */
const states: Record<Exclude<State['at'], 'idle'>, true> = {
  ...{ card: true, pin: true, authenticate: true, choose: true, confirm: true, order: true },
  ...{ cardReturned: true, fetch: true, check: true, pay: true, print: true, receipt: true },
  ...{ void: true, claim: true, done: true, refused: true, abandoned: true, refundDue: true, unknown: true },
};

test('every state of the machine is a moment at which processes are killed', () => {
  const held = new Set<string>(Object.values(moments).map(({ state }) => state));
  assert.equal([...held].sort(), Object.keys(states).sort());
});

test.run();
