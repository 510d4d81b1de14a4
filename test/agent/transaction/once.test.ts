// Cost of a step besides the disk: the machine is called once, and the process decodes no record that it wrote itself.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mutated } from '../../mutate.ts';

const counted = { next: 0, readEvent: 0, readRecord: 0 };
Object.assign(globalThis, { countedCalls: counted });

const countIn = (file: string, find: string, name: keyof typeof counted) => ({
  file,
  find,
  replace: `${find} countedCalls.${name}++;`,
});

test('a whole issue asks the machine once for each event, and decodes no record', async () => {
  const { Stage } = await mutated<typeof import('./stage.ts')>(
    new URL('./stage.ts', import.meta.url),
    countIn(
      'agent/transaction/next.ts',
      'export function next(state: State, event: Event): Step | undefined {',
      'next',
    ),
    {
      file: 'agent/transaction/event.ts',
      find: 'parse(event, decode(bytes))',
      replace: '(countedCalls.readEvent++, parse(event, decode(bytes)))',
    },
    {
      file: 'agent/protocol/ledger.ts',
      find: 'parse(ledgerRecord, decode(body))',
      replace: '(countedCalls.readRecord++, parse(ledgerRecord, decode(body)))',
    },
  );
  const stage = new Stage();
  let ignored = 0;
  stage.ports.log = {
    ...stage.ports.log,
    info: event => {
      if (event === 'event ignored') ignored++;
    },
  };
  assert.is((await stage.run().ended).at, 'done');
  console.log(`${stage.steps.length} steps`, counted);
  assert.equal(counted, { next: stage.steps.length + ignored, readEvent: 0, readRecord: 0 });
  assert.equal(stage.log.checkpoint().oldestOpen, undefined);
});

test.run();
