// timeout: 60 s
// An enrolment that ends before its end, or has company in its home, and is run again with the same code and home.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHome } from '../../../agent/config/home.ts';
import { refusalOf } from '../../refusal.ts';
import { beside, endsAndRunsAgain } from './ended-enrolment.ts';
import { clear, place, start, terminal } from './enrolment-rig.ts';

test.after(clear);
let atGrant: () => void = () => undefined;
const world = await start({
  change: grant => {
    atGrant();
    return grant;
  },
});
const newCode = () => world.codes.create(terminal, 10_000);
test('killed at a step, early or late: run again, it gets the one enrolment (killed.faults.ts takes each step)', async () => {
  const all = await endsAndRunsAgain(world, Number.MAX_SAFE_INTEGER, 'dead');
  const late = [5, 4, 3].map(fromEnd => all! - fromEnd); // about the rename that puts the home in its place
  for (const failing of [Math.floor(all! / 2), ...late]) await endsAndRunsAgain(world, failing, 'dead');
});

test('what somebody writes into the home meanwhile costs no code', async () => {
  const [home, code] = [place(), newCode()];
  atGrant = () => {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'note'), '');
  };
  assert.is((await refusalOf(world.run(code, home))).code, 'provisioning/disk');
  atGrant = () => undefined;
  assert.is((await refusalOf(world.run(code, home))).code, 'provisioning/homeInUse');
  rmSync(join(home, 'note'));
  assert.is((await world.run(code, home)).epoch, world.terminals.find(terminal)!.epoch);
  assert.equal(readdirSync(home).sort(), ['agent', 'gate']);
});

test('of two enrolments into one home at once, one is refused before its code is sent', async () => {
  const home = place();
  const codes = [newCode(), newCode()];
  const before = world.claims();
  const ends = await Promise.allSettled(codes.map(code => world.run(code, home)));
  const refused = ends.filter(end => end.status === 'rejected').map(({ reason }) => reason.code);
  assert.equal(refused, ['provisioning/homeInUse']);
  assert.is(world.claims(), before + 1);
  assert.is((await readHome(join(home, 'agent'))).epoch, world.terminals.find(terminal)!.epoch);
  assert.equal(beside(home), []);
});

test.run();
