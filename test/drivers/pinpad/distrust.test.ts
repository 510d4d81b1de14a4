import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PinPadError } from '../../../drivers/pinpad/pinpad-error.ts';
import { answers, repeatsKsn, sealsForAnother } from '../../../simulator/pinpad/faulty-behaviours.ts';
import { refusalOf } from '../../refusal.ts';
import { minute, typing, withRig } from './pinpad-rig.ts';
import { refusal } from './refusal.ts';
import { initialKsn } from './vectors.ts';

test('a repeated KSN is refused, and the pad is no longer used', () =>
  withRig({ behaviours: [repeatsKsn] }, async ({ virtual, pad, store }) => {
    typing(virtual, '1234');
    assert.is((await pad.readPin(minute)).toString(), '1234');
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/fraudAttempt repeatedKsn');
    assert.equal(await pad.status(), { online: true, tampered: true });
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/fraudAttempt distrusted');
    assert.equal([...store.distrusted], [virtual.ksn.toString('hex').toUpperCase()]);
  }));

test('a block of another session is refused, does not change the counter, and the pad is no longer used', () =>
  withRig({ behaviours: [sealsForAnother] }, async ({ virtual, pad, store }) => {
    typing(virtual, '1234');
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/fraudAttempt binding');
    assert.equal([...store.last.values()], []);
    assert.ok((await pad.status()).tampered);
  }));

test('a pad distrusted before a restart reads no PIN; with another key set it does', async () => {
  const keySetId = initialKsn.toString('hex').toUpperCase();
  for (const before of [keySetId, 'FFFF0000000000200000'])
    await withRig({ ksn: initialKsn }, async ({ virtual, pad, store }) => {
      await store.distrust(before);
      let prompted = 0;
      virtual.onPrompt(() => prompted++);
      typing(virtual, '1234');
      const tampered = before === keySetId;
      assert.is((await pad.status()).tampered ?? false, tampered);
      if (tampered) assert.is(await refusal(pad.readPin(minute)), 'pinpad/fraudAttempt distrusted');
      else assert.is((await pad.readPin(minute)).toString(), '1234');
      assert.is(prompted, tampered ? 0 : 1);
    });
});

test('a pad stays distrusted while the process runs, even if the record could not be written', () =>
  withRig({ behaviours: [sealsForAnother] }, async ({ virtual, pad, store }) => {
    typing(virtual, '1234');
    store.distrust = () => Promise.reject(new PinPadError('pinpad/counterFile'));
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/fraudAttempt binding');
    assert.ok((await pad.status()).tampered);
  }));

test('an unreadable record of used keys is reported in the status, and no PIN is read', () =>
  withRig({}, async ({ virtual, pad, store }) => {
    let prompted = 0;
    virtual.onPrompt(() => prompted++);
    const isDistrusted = store.isDistrusted;
    store.isDistrusted = () => Promise.reject(new PinPadError('pinpad/counterFile'));
    assert.equal(await pad.status(), { online: false, counterFile: true });
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/counterFile');
    assert.is(prompted, 0);
    store.isDistrusted = isDistrusted;
    assert.ok((await pad.status()).online, 'and it is over by itself');
  }));

test('a response under a key that is not ours is refused', () =>
  withRig({ keySetId: 'FFFF0000000000000000' }, async ({ virtual, pad }) => {
    typing(virtual, '1234');
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/fraudAttempt keySet');
  }));

test('a counter that an intact pad never uses is refused', () => {
  const behaviours = [answers('7109876543210FFFFFF1B9C1845EB993A7A')];
  return withRig({ ksn: initialKsn, behaviours }, async ({ virtual, pad }) => {
    typing(virtual, '1234');
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/fraudAttempt counter');
  });
});

test('no error contains the response, its block or its KSN', () =>
  withRig({ behaviours: [sealsForAnother] }, async ({ virtual, line, pad }) => {
    typing(virtual, '1234');
    let answer = '';
    line.on('data', bytes => {
      answer += bytes.toString('latin1');
    });
    const error = await refusalOf(pad.readPin(minute));
    const [, ksn = '', block = ''] = /710([0-9A-F]{10,20})([0-9A-F]{16})/.exec(answer) ?? [];
    assert.is(block.length, 16);
    const shown = inspect(error, { depth: 9, showHidden: true }).toUpperCase();
    for (const secret of [ksn, block, '1234']) assert.not.ok(shown.includes(secret));
  }));

test.run();
