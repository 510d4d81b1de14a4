// Each fault is played by exactly one suite here, and each suite by its test file.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Fault, issued } from '../../../simulator/faults/fault.ts';
import { faults } from '../../../simulator/faults/registry.ts';
import { faultsOf, isForCampaign, type SuiteName, suites, unplayed } from './suites.ts';

const names = Object.keys(suites) as SuiteName[];
const planted = (name: string): Fault => ({ name, summary: '', expected: issued, arrange: () => undefined });

test('every fault of the registry is played', () => {
  assert.equal(unplayed(faults), []);
  const played = names.flatMap(name => faultsOf(name).map(fault => fault.name));
  const left = faults.filter(isForCampaign).map(fault => fault.name);
  assert.equal([...played, ...left].sort(), faults.map(fault => fault.name).sort());
});

test('a planted fault of a condition that no suite has is found; a new one of a known condition is played', () => {
  assert.equal(unplayed([planted('scanner.broken')]), ['scanner.broken is played by no suite']);
  for (const name of ['hub.does-what-it-never-did', 'hubs.killed-at-pin', 'agent.asleep'])
    assert.equal(unplayed([planted(name)]).length, name.startsWith('hub.') ? 0 : 1, name);
});

test('every suite has a test file that plays it', () => {
  for (const name of names) {
    const text = readFileSync(new URL(`${name}.test.ts`, import.meta.url), 'utf8');
    assert.match(text, `playSuite('${name}'`);
    assert.ok(faultsOf(name).length > 0, name);
  }
});

test.run();
