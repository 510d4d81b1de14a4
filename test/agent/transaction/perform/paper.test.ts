// What the screen shows to resident and staff during a print, and after one that failed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommandEvent } from '../../../../agent/commands/gate-door.ts';
import type { Prompt } from '../../../../agent/panel/messages.ts';
import { shortNumber } from '../../../../agent/transaction/short-number.ts';
import { MadoguchiError } from '../../../../drivers/base/error.ts';
import type { PrintProgress } from '../../../../drivers/contract/page.ts';
import type { CallOptions } from '../../../../drivers/door/client.ts';
import { Stage, type StageOptions } from '../stage.ts';
import { evidence, transaction } from '../story.ts';

const outcome = { jobState: 'completed', jobReasons: [], impressions: 1, expected: 1 } as const;
const inGroups = transaction.match(/.{8}/g)!.join(' ');

/** Everything that the screen showed in one issue. */
async function shown(options: StageOptions): Promise<Prompt[]> {
  const prompts: Prompt[] = [];
  await new Stage({ ...options, onPrompt: prompt => prompts.push(prompt) }).run().ended;
  return prompts;
}

/** A print that reports this progress, then ends. */
const printTelling = (result: 'printed' | 'notPrinted' | 'unknown', ...progress: PrintProgress[]) => ({
  print: async (_: unknown, { onEvent }: CallOptions<CommandEvent> = { timeoutMs: 0 }) => {
    for (const payload of progress) onEvent?.({ name: 'printing', payload });
    return { outcome: { ...outcome, result }, evidence };
  },
});

const fine = { impressions: 0, reasons: [] };
const jam = { impressions: 1, reasons: ['media-jam', 'door-open'], message: 'Jam behind door B' };

test('a jam during the print calls the staff, with what to do and where; when the print goes on, the screen shows that', async () => {
  const prompts = await shown({ gate: printTelling('printed', fine, jam, fine) });
  const at = prompts.findIndex(({ id }) => id === 'printerNeedsStaff');
  const { lamp, sound, conditions } = prompts[at]!;
  assert.equal([lamp, sound], ['staff', 'remind']);
  assert.equal(
    conditions?.map(({ code }) => code),
    ['page/jam', 'page/door'],
  );
  assert.match(conditions?.[0]?.text ?? '', /Jam behind door B/);
  assert.equal(
    prompts.slice(at - 1).map(({ id }) => id),
    ['printing', 'printerNeedsStaff', 'printing', 'receipt', 'issued'],
  );
});

test('a print without a fault, or with low toner, does not call the staff', async () => {
  const prompts = await shown({ gate: printTelling('printed', fine, { ...fine, reasons: ['toner-low'] }) });
  assert.equal(
    prompts.slice(-3).map(({ id }) => id),
    ['printing', 'receipt', 'issued'],
  );
});

for (const [id, options] of [
  ['unknown', { gate: printTelling('unknown') }],
  ['refundDue', { gate: printTelling('notPrinted'), till: { void: 'refused' } }],
] as const)
  test(`${id}: the screen has the claim’s number, though the slip did not come out, and the next step for the staff`, async () => {
    for (const printReceipt of [
      async () => ({}),
      () => Promise.reject(new MadoguchiError('receipt/protocol', 'planted by the test', 'nothing to do')),
    ]) {
      const end = (await shown({ ...options, gate: { ...options.gate, printReceipt } })).at(-1)!;
      assert.is(end.id, id);
      assert.is(end.claim, inGroups);
      assert.is(end.number, shortNumber(transaction));
      assert.match(end.text, /画面の番号/);
      assert.match(end.staff ?? '', /管理者に連絡/);
    }
  });

test('other ends name no claim', async () => {
  for (const prompt of [
    (await shown({})).at(-1)!,
    (await shown({ gate: printTelling('notPrinted') })).at(-1)!,
  ])
    assert.equal([prompt.claim, prompt.number], [undefined, undefined], prompt.id);
});

test.run();
