// The helpers that say how work fails, each shown work that does not fail, or fails otherwise.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MadoguchiError } from '../drivers/base/error.ts';
import { codeOf, outcomeOf, refusalOf, refusedWith, refuses } from './refusal.ts';

const ours = new MadoguchiError('room/why', 'It is so of 4711.', 'Do this.');
const system = Object.assign(new Error('gone'), { code: 'ENOENT' });
const fails = (error: unknown) => () => {
  throw error;
};
/** Whether the helper failed the test. */
const failed = (helper: Promise<unknown>): Promise<boolean> =>
  helper.then(
    () => false,
    error => error instanceof assert.Assertion,
  );

test('the error and its code are found, whether work throws or rejects', async () => {
  assert.is(await refusalOf(fails(ours)), ours);
  assert.is(await refusalOf(Promise.reject(ours)), ours);
  assert.is(await refusalOf(Promise.reject(system), Error), system);
  assert.is(await codeOf(fails(ours)), 'room/why');
  assert.is(await codeOf(fails(system)), 'ENOENT');
  assert.is(await codeOf(fails(new Error('plain'))), 'Error: plain');
  await refusedWith('room/why', fails(ours));
});

test('work that goes well, an error of another class and another code fail the test', async () => {
  for (const helper of [refusalOf, codeOf, (work: () => number) => refusedWith('room/why', work)])
    assert.ok(await failed(helper(() => 1)));
  assert.ok(await failed(refusalOf(fails(system))));
  assert.ok(await failed(refusalOf(fails(ours), TypeError)));
  assert.ok(await failed(refusedWith('room/other', fails(ours))));
});

test('for assert.throws: the code must be the one, of an error, with no secret in its message', () => {
  assert.ok(refuses('room/why', '1234')(ours));
  assert.not.ok(refuses('room/other')(ours));
  assert.not.ok(refuses('room/why')({ code: 'room/why', message: '' }));
  assert.not.ok(refuses('room/why', '4711')(ours));
});

test('an outcome is a code of ours or nothing; any other error is a mistake', async () => {
  assert.is(await outcomeOf(Promise.resolve(1)), undefined);
  assert.is(await outcomeOf(Promise.reject(ours)), 'room/why');
  assert.is(await codeOf(outcomeOf(Promise.reject(system))), 'ENOENT');
});

test.run();
