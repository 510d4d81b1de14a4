// timeout: 300 s
// The record never stops a terminal: whatever a driver, the door, the panel or the hub reports, the journal opens afterwards and holds
// the last state. `npm run test:random` is a longer campaign.
import { rm } from 'node:fs/promises';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { anyText } from '../../any-text.ts';
import { mutated } from '../../mutate.ts';
import { runs } from '../../runs.ts';
import { evidence } from './story.ts';
import { gateCommands, visit, type World } from './wild-visit.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const numRuns = runs(20);
console.log(`seed ${seed}`);

const edges = [
  -2,
  -1,
  0,
  1,
  15,
  16,
  9999,
  10_000,
  1_000_001,
  2 ** 30,
  2 ** 31,
  2 ** 53,
  0.5,
  Number.NaN,
  Infinity,
];
const number = fc.oneof(fc.constantFrom(...edges), fc.integer(), fc.double());
const text = fc.oneof(anyText(300), fc.constantFrom('x'.repeat(201), '\ud800'));
const bytes = fc.uint8Array({ maxLength: 3000 }).map(array => Buffer.from(array));
const anything = fc.oneof(number, text, bytes, fc.constant(undefined), fc.jsonValue());
/** What a good one would hand in, five times in six: one place or two are wild, and a visit gets far. */
const mostly = <G, W>(good: G, wild: fc.Arbitrary<W>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: wild });

const code = fc.oneof(
  fc.constantFrom('card/wrongPin', 'door/closed', 'gate/transactionOpen', 'a/b', ''),
  text,
);
const tillAnswer = fc.tuple(
  fc.constantFrom('none', 'pending', 'paid', 'captured', 'voided', 'refused', 'gone'),
  fc.oneof(fc.constant(200), anything),
);
const job = { id: 17, uri: 'ipp://localhost/ipp/print/17' };

const world: fc.Arbitrary<World> = fc.record({
  failing: mostly(
    undefined,
    fc.record({
      command: fc.constantFrom(...gateCommands),
      code,
      detail: fc.dictionary(fc.constantFrom('triesLeft', 'transaction'), anything),
    }),
  ) as fc.Arbitrary<World['failing']>,
  triesLeft: mostly(3, anything),
  wrongPins: mostly(undefined, fc.array(anything, { maxLength: 20 })),
  municipality: mostly('132047', anything),
  choices: mostly(undefined, fc.array(fc.jsonValue(), { maxLength: 3 })),
  announced: mostly(undefined, fc.record({ size: anything, digest: anything })),
  job: mostly(
    job,
    fc.oneof(anything, fc.record({ id: anything, uri: text }), fc.record({ id: number, uri: text })),
  ),
  paper: mostly(
    undefined,
    fc.record({
      result: fc.oneof(fc.constantFrom('printed', 'notPrinted', 'unknown'), text),
      impressions: number,
      evidence: fc.oneof(bytes, anything),
    }),
  ),
  till: fc.record({
    begin: mostly(undefined, tillAnswer),
    capture: mostly(undefined, tillAnswer),
    void: mostly(undefined, tillAnswer),
  }),
});

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = temporaryFolder('record');
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const campaign = (visited: (folder: string, world: World) => Promise<unknown>, endOnFailure = false) =>
  fc.check(
    fc.asyncProperty(world, async one => {
      await inFolder(folder => visited(folder, one));
    }),
    { seed, numRuns, endOnFailure },
  );

test('whatever is reported, the journal opens afterwards and holds the last state', async () => {
  const ends: Record<string, number> = {};
  const { failed, counterexample, errorInstance } = await campaign(async (folder, one) => {
    const at = await visit(folder, one);
    ends[at] = (ends[at] ?? 0) + 1;
  });
  console.log(ends);
  if (failed) console.log(counterexample);
  assert.not(failed, String(errorInstance));
  for (const at of ['refused', 'done']) assert.ok(ends[at], `no visit got as far as ${at}`);
});

test('without the check before the append, the same campaign finds a journal that does not open', async () => {
  const broken = await mutated<typeof import('./wild-visit.ts')>(
    new URL('./wild-visit.ts', import.meta.url),
    {
      file: 'agent/transaction/recordable.ts',
      find: 'if (!success)',
      replace: 'if (false)',
    },
  );
  const { failed, errorInstance, numRuns } = await campaign(broken.visit, true);
  console.log(`found after ${numRuns} visits: ${errorInstance}`);
  assert.ok(failed);
  const impressions = inFolder(folder =>
    broken.visit(folder, { paper: { result: 'printed', impressions: -2, evidence } }),
  );
  assert.is(await impressions.catch(error => error.code), 'protocol/schema');
});

const opensAfter = (one: World): Promise<string> => inFolder(folder => visit(folder, one));

test('by name: impressions of -2 and 10000, and job URIs of 201 and 1024 characters', async () => {
  for (const impressions of [-2, 10_000])
    await opensAfter({ paper: { result: 'printed', impressions, evidence } });
  for (const characters of [201, 1024]) await opensAfter({ job: { id: 5, uri: 'x'.repeat(characters) } });
});

test.run();
