import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { verifoneIpp } from '../../../drivers/pinpad/dialect.ts';
import { answers, deaf, garbled, noisy, refusing } from '../../../simulator/pinpad/faulty-behaviours.ts';
import type { Behaviour } from '../../../simulator/pinpad/pad.ts';
import { refusalOf } from '../../refusal.ts';
import { minute, quick, typing, withRig } from './pinpad-rig.ts';
import { refusal } from './refusal.ts';

test('the typed PIN is returned after its counter is recorded', () =>
  withRig({}, async ({ virtual, pad, store }) => {
    typing(virtual, '0579');
    const prompted: string[] = [];
    assert.is((await pad.readPin({ ...minute, onPrompt: () => prompted.push('once') })).toString(), '0579');
    assert.equal(prompted, ['once']);
    assert.equal([...store.last.values()], [1]);
    assert.is((await pad.readPin(minute)).toString(), '0579');
    assert.equal([...store.last.values()], [2]);
  }));

test('a VeriFone pad answers with packet 73', () =>
  withRig({ dialect: 'verifone-ipp', profile: verifoneIpp }, async ({ virtual, pad }) => {
    typing(virtual, '4321');
    assert.is((await pad.readPin(minute)).toString(), '4321');
  }));

test('keys on the pad: before the prompt, too few digits, cleared, too many digits', () =>
  withRig({}, async ({ virtual, pad }) => {
    virtual.type('9999');
    virtual.enter();
    virtual.onPrompt(({ prompts, timeoutMs }) => {
      assert.equal(prompts, ['ENTER PIN', 'PRESS ENTER']);
      assert.is(timeoutMs, 60_000);
      virtual.type('12');
      virtual.enter();
      virtual.clear();
      virtual.type('34567');
      virtual.enter();
      virtual.enter();
    });
    assert.is((await pad.readPin(minute)).toString(), '3456');
  }));

test('the resident presses cancel, and may try again', () =>
  withRig({}, async ({ virtual, pad }) => {
    let asked = 0;
    virtual.onPrompt(() => {
      asked += 1;
      if (asked === 1) return virtual.cancel();
      virtual.type('1234');
      virtual.enter();
    });
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/canceledOrTimeout');
    assert.is((await pad.readPin(minute)).toString(), '1234');
  }));

test('the terminal cancels the request; the next one works', () =>
  withRig({}, async ({ virtual, pad, store }) => {
    const calls = [new AbortController(), new AbortController()];
    virtual.onPrompt(() => {
      const call = calls.shift();
      if (call) return call.abort();
      virtual.type('1234');
      virtual.enter();
    });
    assert.is(await refusal(pad.readPin({ ...minute, signal: AbortSignal.abort() })), 'pinpad/canceled');
    assert.is(await refusal(pad.readPin({ ...minute, signal: calls[0]!.signal })), 'pinpad/canceled');
    assert.is(await refusal(pad.readPin({ ...minute, signal: calls[0]!.signal })), 'pinpad/canceled');
    assert.equal([...store.last.values()], []);
    assert.is((await pad.readPin(minute)).toString(), '1234');
  }));

test('a request without a timeout field is cancelled by the driver at the timeout', () => {
  const received: string[] = [];
  const spy: Behaviour = event => {
    if (event.is === 'packet') received.push(event.text);
    return undefined;
  };
  const options = { dialect: 'verifone-ipp', profile: verifoneIpp, behaviours: [spy] };
  return withRig(options, async ({ pad }) => {
    assert.is(await refusal(pad.readPin({ timeoutMs: 50 })), 'pinpad/canceledOrTimeout');
    assert.equal(received.slice(1), ['72']);
    assert.is((await pad.status()).online, true);
  });
});

test('a late EOT of a previous session does not end the next one', () => {
  let left = 1;
  const endsOnce: Behaviour = event =>
    event.is === 'packet' && event.text.startsWith('Z62') && left-- > 0 ? [{ do: 'eot' }] : undefined;
  return withRig({ behaviours: [endsOnce] }, async ({ virtual, pad }) => {
    typing(virtual, '1234');
    assert.is((await pad.readPin(minute)).toString(), '1234');
  });
});

test('no PIN is returned if its counter could not be recorded', () =>
  withRig({}, async ({ virtual, pad, store }) => {
    typing(virtual, '1234');
    store.save = () => Promise.reject(new Error('disk full'));
    assert.is((await refusalOf(pad.readPin(minute), Error)).message, 'disk full');
  }));

for (const [text, expected] of [
  ['710', 'pinpad/protocol 0'],
  ['73.00000', 'pinpad/protocol 0'],
  ['71A', 'pinpad/noKey A'],
  ['71F', 'pinpad/keyExhausted F'],
  ['71G', 'pinpad/fault G'],
  ['71Q', 'pinpad/protocol Q'],
  ['71.00401', 'pinpad/protocol foreignReply'],
  ['7109876543210E000011B9C1845EB993A7', 'pinpad/fraudAttempt keySet'],
  ['7109876543210', 'pinpad/protocol foreignReply'],
  ['7101B9C1845EB993A7A', 'pinpad/protocol foreignReply'],
] as const) {
  test(`the answer ${text} is not a PIN`, () =>
    withRig({ behaviours: [answers(text)] }, async ({ virtual, pad }) => {
      typing(virtual, '1234');
      assert.is(await refusal(pad.readPin(minute)), expected);
    }));
}

test('a pad without a key: pinpad/noKey', () =>
  withRig({ initialKey: null }, async ({ pad }) => {
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/noKey A');
  }));

test('a pad whose key is used up: pinpad/keyExhausted', () =>
  withRig({ ksn: Buffer.from('FFFF9876543210FFF800', 'hex') }, async ({ virtual, pad }) => {
    typing(virtual, '1234');
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/keyExhausted F');
  }));

test('noise and two broken answers do not prevent the PIN', () =>
  withRig({ behaviours: [noisy('~~~')] }, async ({ virtual, pad }) => {
    typing(virtual, '1234');
    assert.is((await pad.readPin(minute)).toString(), '1234');
  }).then(() =>
    withRig({ behaviours: [garbled(2)] }, async ({ virtual, pad }) => {
      typing(virtual, '1234');
      assert.is((await pad.readPin(minute)).toString(), '1234');
    }),
  ));

test('three broken answers end the request', () =>
  withRig({ behaviours: [garbled(3)] }, async ({ virtual, pad }) => {
    typing(virtual, '1234');
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/protocol noise');
  }));

test('a request is sent again after NAK or silence, max. three times', async () => {
  for (const fault of [refusing(2), deaf(2)])
    await withRig({ behaviours: [fault], profile: quick }, async ({ virtual, pad }) => {
      typing(virtual, '1234');
      assert.is((await pad.readPin(minute)).toString(), '1234');
    });
  for (const [fault, expected] of [
    [refusing(3), 'pinpad/protocol notUnderstood'],
    [deaf(3), 'pinpad/offline noAnswer'],
  ] as const) {
    await withRig({ behaviours: [fault], profile: quick }, async ({ virtual, pad }) => {
      typing(virtual, '1234');
      assert.is(await refusal(pad.readPin(minute)), expected);
    });
  }
});

test('the status has the serial number; a pad that does not answer is offline', async () => {
  await withRig({}, async ({ virtual, pad }) => {
    assert.equal(await pad.status(), { online: true, serial: '0010101010010001' });
    typing(virtual, '1234');
    const pin = pad.readPin(minute); // directly after the status: its EOT must not end this request
    assert.is((await pin).toString(), '1234');
  });
  await withRig({ behaviours: [deaf()], profile: quick }, async ({ pad }) => {
    assert.equal(await pad.status(), { online: false });
  });
});

test('one PIN at a time; the status of a busy pad is the last known one', () =>
  withRig({}, async ({ virtual, pad }) => {
    const asked = new Promise<void>(resolve => virtual.onPrompt(() => resolve()));
    const pin = pad.readPin(minute);
    await asked;
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/busy');
    assert.equal(await pad.status(), { online: true });
    virtual.type('1234');
    virtual.enter();
    assert.is((await pin).toString(), '1234');
  }));

test('a PIN request during a status request waits for its end, and then works', () =>
  withRig({}, async ({ virtual, pad }) => {
    typing(virtual, '1234');
    const status = pad.status();
    const pin = pad.readPin(minute);
    const meanwhile = pad.status();
    assert.is((await pin).toString(), '1234');
    for (const asked of [await status, await meanwhile]) assert.ok(asked.online);
  }));

test('an absent resident: the entry ends at its own time limit even if the pad would wait longer', () =>
  withRig({}, async ({ virtual, pad }) => {
    const received = new Promise<number>(resolve => virtual.onPrompt(({ timeoutMs }) => resolve(timeoutMs)));
    const pin = pad.readPin({ timeoutMs: 40_000, limitMs: 500 });
    assert.is(await received, 60_000, 'this pad counts in half minutes');
    assert.is(await refusal(pin), 'pinpad/canceledOrTimeout');
    typing(virtual, '1234');
    assert.is((await pad.readPin(minute)).toString(), '1234');
  }));

test('a pad that is unplugged during an entry is offline', () =>
  withRig({}, async ({ virtual, pad }) => {
    virtual.onPrompt(() => void virtual.pty.unplug());
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/offline');
    assert.equal(await pad.status(), { online: false });
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/offline');
  }));

test('a pad that is plugged in again works for the next resident', () =>
  withRig({ kept: true }, async ({ virtual, line, pad }) => {
    if (!line.online) await once(line, 'online');
    typing(virtual, '1234');
    await pad.readPin(minute);
    const offline = once(line, 'offline');
    await virtual.pty.unplug();
    await offline;
    assert.is(await refusal(pad.readPin(minute)), 'pinpad/offline');
    const online = once(line, 'online');
    await virtual.pty.plug();
    await online;
    assert.is((await pad.readPin(minute)).toString(), '1234');
  }));

test('close() ends a running request', () =>
  withRig({}, async ({ pad }) => {
    const { promise: asked, resolve: onPrompt } = Promise.withResolvers<void>();
    const pin = pad.readPin({ ...minute, onPrompt });
    await asked;
    const [ended] = await Promise.all([refusal(pin), pad.close()]);
    assert.is(ended, 'pinpad/offline');
  }));

test.run();
