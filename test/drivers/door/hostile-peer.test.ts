// For any content of a completion, a failure or an event, the caller gets what the table allows, or a coded error.
import { duplexPair } from 'node:stream';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { gateDoor } from '../../../agent/commands/gate-door.ts';
import { isMadoguchiError, MadoguchiError } from '../../../drivers/base/error.ts';
import { nativeDoor } from '../../../drivers/contract/native-door.ts';
import { openDoor } from '../../../drivers/door/client.ts';
import { isDoorError } from '../../../drivers/door/error.ts';
import { decodeMessage, encodeMessage } from '../../../drivers/door/message.ts';
import { serveDoor } from '../../../drivers/door/server.ts';
import type { CommandSchemas, DoorTable } from '../../../drivers/door/types.ts';
import { toWire } from '../../../drivers/door/wire-error.ts';
import { goodDevices } from '../../agent/readiness/all-ready.ts';
import { ManualClock } from '../../manual-clock.ts';
import { notedLog, rawServer } from './raw-server.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const codeForm = /^[a-z][a-zA-Z]*\/[a-zA-Z]{1,40}$/;

const outcome = { result: 'printed', jobState: 'completed', jobReasons: ['x'], impressions: 1, expected: 1 };
const { card, pinpad, receipt } = goodDevices;
const job = { id: 1, uri: 'ipp://localhost/1' };
const certificate = Buffer.alloc(900, 1);

/** A valid result of each command, to be mutated: an almost valid result passes most of the code. */
const right: Record<string, unknown>[] = [
  {},
  goodDevices,
  { card, pinpad, receipt },
  { profile: 'mynumber', triesLeft: 3 },
  { profile: 'mynumber', triesLeft: 3, certificate },
  { algorithm: -257, signature: Buffer.alloc(256, 1) },
  { sealed: Buffer.alloc(99, 1) },
  { received: 1 },
  { pages: 2, copies: 1 },
  { job, impressions: 2 },
  { outcome, evidence: Buffer.alloc(9, 1) },
  { found: { transaction: 'a'.repeat(32), result: 'printed', evidence: Buffer.alloc(9, 1) }, pending: true },
  { pending: false },
  { device: 'card', online: true },
  { impressions: 1, reasons: ['media-jam'], message: 'door B' },
];

const leaf = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.string({ maxLength: 300 }),
  fc.constantFrom<unknown>(null, undefined, -1, 10_000, 2 ** 53, Number.NaN, '__proto__'),
  fc.nat(100_000).map(size => Buffer.alloc(size)),
  fc.nat(2000).map(size => 'x'.repeat(size)),
  fc.nat(200).map(size => Array.from({ length: size }, () => 'media-jam')),
);
const anything = fc.anything({ values: [leaf], maxDepth: 4 });

/** Every place in a value: its parent object and its key there. */
function places(value: unknown): { holder: Record<string, unknown>; key: string }[] {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap(key => [{ holder, key }, ...places(holder[key])]);
}

/** One of `samples`, with no or one place made invalid. */
const spoilt = (samples: readonly Record<string, unknown>[]) =>
  fc
    .tuple(fc.constantFrom(...samples), fc.nat(), fc.constantFrom('replace', 'remove', 'add', 'keep'), leaf)
    .map(([sample, at, how, other]) => {
      const copy = structuredClone(sample);
      for (const { holder, key } of places(copy))
        if (holder[key] instanceof Uint8Array) holder[key] = Buffer.from(holder[key]);
      const all = places(copy);
      const { holder, key } = all.length > 0 ? all[at % all.length]! : { holder: copy, key: 'more' };
      if (how === 'replace') holder[key] = other;
      if (how === 'remove') delete holder[key];
      if (how === 'add') holder.more = other;
      return copy;
    });
const value = fc.oneof(spoilt(right), anything);
/** Results for a command with valid results `right`: most are almost valid. */
const resultFor = ({ result }: CommandSchemas) =>
  fc.oneof({ weight: 3, arbitrary: spoilt(right.filter(sample => v.is(result, sample))) }, value);

const tables: Record<string, DoorTable> = { gate: gateDoor, native: nativeDoor };
const within = { timeoutMs: 1000 };

/** Checks for a value that `schemas` allow, or a coded error. */
async function insist(call: Promise<unknown>, { result }: CommandSchemas): Promise<'allowed' | 'coded'> {
  try {
    const got = await call;
    assert.ok(v.is(result, got), `not allowed: ${JSON.stringify(got)}`);
    return 'allowed';
  } catch (error) {
    if (!isMadoguchiError(error)) throw error;
    assert.match(error.code, codeForm);
    return 'coded';
  }
}

for (const [name, table] of Object.entries(tables)) {
  const commandNames = Object.keys(table.commands);
  const eventNames = [
    ...Object.keys(table.events),
    ...Object.values(table.commands).flatMap(({ events = {} }) => Object.keys(events)),
    'toString',
  ];
  const answerOf = fc
    .constantFrom(...commandNames)
    .chain(command => fc.tuple(fc.constant(command), resultFor(table.commands[command]!)));
  const event = fc.record({ name: fc.constantFrom(...eventNames), payload: value, own: fc.boolean() });

  test(`${name}: any completion, failure and event of a peer (SEED=${seed})`, async () => {
    const tally = { allowed: 0, coded: 0 };
    const step = fc.record({
      answer: answerOf,
      events: fc.array(event, { maxLength: 3 }),
      failure: fc.option(
        fc.record({ code: fc.constantFrom('card/removed', 'nonsense', ''), detail: value }),
        { freq: 1 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(step, async ({ answer: [command, ok], events, failure }) => {
        const schemas = table.commands[command]!;
        const { door, link } = await rawServer(table, ({ id }) => {
          for (const { name, payload, own } of events)
            link.send({ is: 'event', ...(own ? {} : { id }), name, payload });
          if (!failure) return link.send({ is: 'completion', id, ok });
          const { code, detail } = failure;
          const error = { code, completion: 'userError', message: 'm', hint: 'h', detail } as never;
          link.send({ is: 'failure', id, error });
        });
        const check = (
          from: typeof table.events = {},
          { name, payload }: { name: string; payload: unknown },
        ) => assert.ok(Object.hasOwn(from, name) && v.is(from[name]!, payload), `not allowed: ${name}`);
        door.onEvent(got => check(table.events, got as never));
        const call = door.call(
          command,
          {},
          { ...within, onEvent: got => check(schemas.events, got as never) },
        );
        tally[await insist(call, schemas)]++;
        door.close();
      }),
      { seed, numRuns: 400 },
    );
    assert.ok(tally.allowed > 5 && tally.coded > 100, JSON.stringify(tally));
  });

  test(`${name}: for any result of our own command it completes and the door stays open (SEED=${seed})`, async () => {
    const [a, b] = duplexPair();
    const clock = new ManualClock();
    let ok: unknown;
    const events: { name: string; payload: unknown }[] = [];
    const run = async (_params: unknown, { emit }: { emit(event: unknown): void }) => {
      for (const each of events) emit(each);
      return ok;
    };
    // no command has parameters here: they are not the subject of this test
    const commandsOf = <T>(of: (schemas: CommandSchemas) => T) =>
      Object.fromEntries(Object.entries(table.commands).map(([key, schemas]) => [key, of(schemas)]));
    const open = { ...table, commands: commandsOf(schemas => ({ ...schemas, params: v.unknown() })) };
    const common = { software: 'test', table: open, clock, log: notedLog() } as const;
    const commands = commandsOf(() => ({ run }));
    const [door] = await Promise.all([
      openDoor(a, { role: 'agent', peer: 'gate', ...common, log: notedLog() }),
      serveDoor(b, { role: 'gate', peer: 'agent', ...common, commands: commands as never }),
    ]);
    let closed = false;
    door.onClose(() => {
      closed = true;
    });
    const unsendable = fc.tuple(
      fc.constantFrom(...commandNames),
      fc.constantFrom<unknown>(1n, Symbol('s'), () => 1),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 9, arbitrary: answerOf }, unsendable),
        fc.array(event, { maxLength: 3 }),
        async ([command, result], emitted) => {
          ok = result;
          events.splice(0, Number.POSITIVE_INFINITY, ...emitted);
          await insist(door.call(command, {}, within), table.commands[command]!);
          assert.not(closed);
        },
      ),
      { seed, numRuns: 400 },
    );
  });
}

test('an error that our own command throws is always sent, with any content', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('card/removed', 'nonsense', 'a/b1', `${'c'.repeat(90)}/d`),
      fc.string({ maxLength: 2000 }),
      fc.dictionary(fc.string({ maxLength: 200 }), leaf, { maxKeys: 60 }),
      (code, message, detail) => {
        const error = toWire(new MadoguchiError(code, message, message, { detail: detail as never }));
        try {
          decodeMessage(encodeMessage({ is: 'failure', id: 1, error }).subarray(4));
        } catch (caught) {
          assert.unreachable(`${isDoorError(caught) ? JSON.stringify(caught.detail) : caught}`);
        }
      },
    ),
    { seed, numRuns: 500 },
  );
});

test.run();
