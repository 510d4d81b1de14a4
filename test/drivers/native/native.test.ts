// The native process's commands on fake devices. Above all: where a PIN goes.
import { duplexPair } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MadoguchiError } from '../../../drivers/base/error.ts';
import type { CardReader, CardReaderEvent, IdCard } from '../../../drivers/contract/card.ts';
import { type NativeDoor, nativeDoor } from '../../../drivers/contract/native-door.ts';
import type { NativeSettings } from '../../../drivers/contract/native-settings.ts';
import type { PinRequest } from '../../../drivers/contract/pinpad.ts';
import { openDoor } from '../../../drivers/door/client.ts';
import { serveDoor } from '../../../drivers/door/server.ts';
import type {
  CommandContext,
  CommandEventOf,
  CommandName,
  ParamsOf,
  ResultOf,
} from '../../../drivers/door/types.ts';
import type { Devices } from '../../../drivers/native/devices.ts';
import { nativeCommands } from '../../../drivers/native/native-commands.ts';
import { ManualClock, settle } from '../../manual-clock.ts';
import { codeOf, refusalOf } from '../../refusal.ts';
import { notedLog } from '../door/raw-server.ts';
import { settings } from './settings.ts';

/** Time limit of each command, in ms. */
const commandMs = 60_000;

function rig() {
  let tell: (event: CardReaderEvent) => void = () => {};
  /** The Buffers that contained a PIN. `seen`: the PINs that the card received. */
  const pins: Buffer[] = [];
  const seen: string[] = [];
  const pad = {
    async reading(request: PinRequest): Promise<Buffer> {
      request.onPrompt?.();
      return Buffer.from('4711');
    },
  };
  const card: IdCard = {
    read: async () => ({ profile: 'mynumber', certificate: Buffer.from('c'), triesLeft: 3 }),
    async verify(pin) {
      seen.push(pin.toString());
      if (seen.at(-1) !== '4711') {
        throw new MadoguchiError('card/wrongPin', 'wrong', 'again', { detail: { triesLeft: 2 } });
      }
    },
    sign: async message => ({ algorithm: -257, signature: Buffer.alloc(256, message[0]) }),
  };
  const reader: CardReader = {
    online: true,
    present: true,
    onEvent: listener => {
      tell = listener;
    },
    open: async () => card,
    close: async () => {},
  };
  const devices: Devices = {
    card: reader,
    pinpad: {
      status: async () => ({ online: true }),
      async readPin(request) {
        const pin = await pad.reading(request);
        pins.push(pin);
        return pin;
      },
      close: async () => {},
    },
    receipt: {
      status: async () => ({ online: true, cover: 'closed', paper: 'full', error: 'none' }),
      print: async () => {},
      close: async () => {},
    },
  };
  const clock = new ManualClock();
  const commands = nativeCommands(async () => devices, clock);
  const stop = new AbortController();
  const events: string[] = [];
  const context: CommandContext<CommandEventOf<NativeDoor>> = {
    signal: stop.signal,
    deadlineMs: commandMs,
    emit: event => void events.push(event.name),
  };
  const call = <N extends CommandName<NativeDoor>>(name: N, params: ParamsOf<NativeDoor, N>) =>
    commands[name].run(params as never, context) as Promise<ResultOf<NativeDoor, N>>;
  return {
    call,
    clock,
    devices,
    pad,
    pins,
    seen,
    events,
    stop,
    tell: (event: CardReaderEvent) => tell(event),
  };
}

test('a device that does not report its status counts as offline, and does not delay the others', async () => {
  const { call, clock, devices } = rig();
  await call('configure', settings);
  devices.pinpad.status = () => new Promise(() => undefined);
  const status = call('status', {});
  await clock.move(2_500);
  const { pinpad, receipt } = await status;
  assert.equal([pinpad.online, receipt.online], [false, true]);
});

async function withCard() {
  const b = rig();
  await b.call('configure', settings);
  await b.call('readCard', {});
  return b;
}

const zeroed = (pins: Buffer[]) => pins.length > 0 && pins.every(pin => pin.every(byte => byte === 0));

test('no command works before the settings, which are accepted once', async () => {
  const b = rig();
  assert.is(await codeOf(b.call('status', {})), 'native/notConfigured');
  const key = Buffer.alloc(16, 9);
  const mine = { ...settings, pinpad: { ...settings.pinpad, initialKey: key } };
  await b.call('configure', mine);
  assert.equal(key, Buffer.alloc(16), 'the key does not stay in the message');
  assert.is(await codeOf(b.call('configure', mine)), 'native/configured');
  assert.equal((await b.call('status', {})).card, { online: true, present: true });
});

test('an entry has less time than its command, so that its own result is reported', async () => {
  const b = await withCard();
  let limitMs = Infinity;
  b.pad.reading = async request => {
    limitMs = request.limitMs ?? Infinity;
    return Buffer.from('4711');
  };
  await b.call('verifyPin', { timeoutMs: 40_000 });
  assert.ok(limitMs < commandMs, `${limitMs}`);
});

test('refused settings are reported by field: the pad’s key is in no error and no log', async () => {
  const [a, b] = duplexPair();
  const log = notedLog();
  const common = { software: 'test', table: nativeDoor, clock: new ManualClock(), log } as const;
  const commands = nativeCommands(async () => assert.unreachable('devices were made') as never, common.clock);
  const [door] = await Promise.all([
    openDoor(a, { role: 'gate', peer: 'native', ...common }),
    serveDoor(b, { role: 'native', peer: 'gate', ...common, commands }),
  ]);
  const key = Buffer.from('c0ffee'.repeat(5), 'hex');
  const { pinpad } = settings;
  const cases: [pad: object, field: string][] = [
    [{ ...pinpad, initialKey: key }, 'pinpad.initialKey'],
    [{ ...pinpad, initialKey: key.toString('hex') }, 'pinpad.initialKey'],
    [{ ...pinpad, keySetId: key.toString('hex') }, 'pinpad.keySetId'],
    [{ ...pinpad, [key.toString('hex')]: 1 }, 'pinpad.(unknown)'],
  ];
  for (const [pad, field] of cases) {
    const wrong = { ...settings, pinpad: pad } as NativeSettings;
    const error = await door.call('configure', wrong, { timeoutMs: 1000 }).catch(caught => caught);
    assert.equal([error.code, error.detail], ['door/badParams', { name: 'configure', field }]);
    const said = JSON.stringify([error, error.message, error.hint, error.stack, log.lines]);
    for (const form of ['hex', 'base64', 'latin1'] as const) assert.not(said.includes(key.toString(form)));
    assert.not(said.includes(String([...key]).slice(0, 12)));
  }
  door.close();
});

test('a right PIN goes from pad to card once, and is zeroed', async () => {
  const b = await withCard();
  assert.equal(await b.call('verifyPin', { timeoutMs: 1000 }), {});
  assert.equal([b.seen, b.events], [['4711'], ['pinPrompted']]);
  assert.ok(zeroed(b.pins));
  assert.is((await b.call('sign', { message: Buffer.from([5]) })).signature[255], 5);
});

test('a wrong PIN is zeroed too, and its error has the tries left but no digit', async () => {
  const b = await withCard();
  b.pad.reading = async () => Buffer.from('9876');
  const error = await refusalOf(b.call('verifyPin', { timeoutMs: 1000 }));
  assert.equal([error.code, error.detail], ['card/wrongPin', { triesLeft: 2 }]);
  assert.not.match(JSON.stringify(error) + error.message + error.stack, '9876');
  assert.ok(zeroed(b.pins));
});

test('removing the card ends the entry, and a PIN that still arrives is sent to no card', async () => {
  const b = await withCard();
  let asked: PinRequest | undefined;
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  b.pad.reading = request => {
    asked = request;
    return promise;
  };
  const verifying = codeOf(b.call('verifyPin', { timeoutMs: 1000 }));
  await settle();
  b.tell('removed');
  assert.ok(asked?.signal?.aborted);
  b.tell('inserted');
  resolve(Buffer.from('4711'));
  assert.is(await verifying, 'card/removed');
  assert.equal(b.seen, []);
  assert.ok(zeroed(b.pins));
  assert.is(await codeOf(b.call('sign', { message: Buffer.from([1]) })), 'card/removed');
});

test('a call that is cancelled at the last key costs no try', async () => {
  const b = await withCard();
  b.pad.reading = async () => {
    b.stop.abort(new MadoguchiError('door/canceled', 'off', 'nothing'));
    return Buffer.from('4711');
  };
  assert.is(await codeOf(b.call('verifyPin', { timeoutMs: 1000 })), 'door/canceled');
  assert.equal(b.seen, []);
  assert.ok(zeroed(b.pins));
});

test.run();
