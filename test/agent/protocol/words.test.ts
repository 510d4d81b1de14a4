// Words of the catalogue become keys of objects, so no word may be a name that every object of JavaScript has.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encode, type Value } from '../../../agent/protocol/cbor.ts';
import { readConfiguration, signConfiguration } from '../../../agent/protocol/configuration.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { ProtocolError } from '../../../agent/protocol/error.ts';
import { order } from '../../../agent/protocol/order-choice.ts';
import { parse } from '../../../agent/protocol/schema.ts';
import { readTelemetry } from '../../../agent/protocol/telemetry.ts';
import * as body from '../../interop/sample-bodies.ts';
import { hexOf, readAgain } from '../../interop/second-reader.ts';

const names = [...Object.getOwnPropertyNames(Object.prototype), 'prototype'];
const { terminal, service } = body;
const external = `madoguchi/1 configuration ${terminal}`;

/** With `name` as a field of its own, also where it is `__proto__`. */
const having = (name: string, value: unknown, rest: object = {}) =>
  Object.defineProperty({ ...rest }, name, { value, enumerable: true });

const mitaka = body.configuration.municipalities['132047']!;
const kind = mitaka.kinds.residentRecord!;
const withMitaka = (change: object) =>
  sign1(
    { ...body.configuration, municipalities: { '132047': { ...mitaka, ...change } } } as unknown as Value,
    service,
    external,
  );
const option = { name: 'scope', title: 'x', values: [{ value: 'all', title: 'y' }] };
const first = body.order;
const timing = { type: 'transaction', outcome: 'issued', code: 'page/jam', ms: 1, wall: 1 };

const configurations = (name: string): [path: string, message: Buffer][] => [
  [`municipalities.132047.kinds.${name}`, withMitaka({ kinds: having(name, kind) })],
  [
    `municipalities.${name}`,
    sign1(
      { ...body.configuration, municipalities: having(name, mitaka) } as unknown as Value,
      service,
      external,
    ),
  ],
  [
    'municipalities.132047.kinds.koseki.options.0.name',
    withMitaka({ kinds: { koseki: { ...kind, options: [{ ...option, name }] } } }),
  ],
  [
    'municipalities.132047.kinds.koseki.options.0.values.0.value',
    withMitaka({
      kinds: { koseki: { ...kind, options: [{ ...option, values: [{ value: name, title: 'y' }] }] } },
    }),
  ],
];

const others = (name: string): [path: string, read: () => unknown][] => [
  [`options.${name}`, () => parse(order, { ...first, options: having(name, 'shown') })],
  ['kind', () => parse(order, { ...first, kind: name })],
  [
    `spentMs.${name}`,
    () => readTelemetry(encode({ ...timing, spentMs: having(name, 1) } as unknown as Value)),
  ],
];

for (const name of names)
  test(`${name} is refused as a word, with the path, wherever a word can stand`, () => {
    const all = [
      ...configurations(name).map(
        ([path, message]) => [path, () => readConfiguration(message, terminal, service.coseKey)] as const,
      ),
      ...others(name),
    ];
    for (const [path, read] of all)
      assert.throws(
        read,
        (error: unknown) =>
          error instanceof ProtocolError && error.code === 'protocol/schema' && error.path === path,
        `${path} is not refused`,
      );
  });

test('the other reader refuses them too', () => {
  const [key, place] = [hexOf(service.coseKey), { kind: 'configuration', terminal }];
  const wrong = names.flatMap(name => configurations(name).map(([, message]) => message));
  const right = signConfiguration(body.configuration, service);
  const [read, ...refused] = readAgain(
    [right, ...wrong].map(message => ({ ...place, message: message.toString('hex'), key })),
  );
  assert.is(read?.refused, undefined);
  for (const reading of refused) assert.match(reading.refused ?? '', 'schema');
});

test.run();
