// How an end is shown: with its reason, with what the staff do about this one, and without giving away who is protected.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Prompt } from '../../../agent/panel/messages.ts';
import { Stage, type StageOptions } from '../transaction/stage.ts';

/** The last prompt of a visit in which the hub refuses. */
async function refusedBy(ask: 'authenticate' | 'order', code: string): Promise<Prompt> {
  const refuses: StageOptions = {
    hub: { [ask]: async () => ({ answer: 'refused', code, service: 'issuing' }) },
  };
  const prompts: Prompt[] = [];
  await new Stage({ ...refuses, onPrompt: prompt => prompts.push(prompt) }).run().ended;
  return prompts.at(-1)!;
}

for (const [ask, code, staff] of [
  ['order', 'issuing/minor', /15歳未満/],
  ['order', 'issuing/moved', /転出/],
  ['authenticate', 'card/unknown', /カードの登録/],
  ['authenticate', 'card/revoked', /失効/],
  ['authenticate', 'standard/unavailable', /停止/],
] as const)
  test(`refused for ${code}: the prompt has the code, and what the staff do about it`, async () => {
    const prompt = await refusedBy(ask, code);
    assert.equal([prompt.id, prompt.code], ['refused', code]);
    assert.match(prompt.staff ?? '', staff);
  });

test('a protected record (支援措置) is shown like any other order that only the counter can serve', async () => {
  const shown = await refusedBy('order', 'issuing/protected');
  assert.is(shown.code, 'issuing/refused');
  for (const code of [
    'issuing/glyph',
    'issuing/noRecord',
    'issuing/support',
    'card/secret',
    'hub/dv',
    'dv/moved',
  ])
    assert.equal(await refusedBy('order', code), shown, code);
  assert.not.match(JSON.stringify(shown), /protected|支援/);
  assert.match(shown.staff ?? '', /市区町村の窓口/);
});

test('ends that are not refusals have their code, too', async () => {
  const prompts: Prompt[] = [];
  const onPrompt = (prompt: Prompt) => prompts.push(prompt);
  await new Stage({ resident: { confirm: [{ yes: false }] }, onPrompt }).run().ended;
  assert.equal([prompts.at(-1)!.id, prompts.at(-1)!.code], ['abandoned', 'confirm/declined']);
  await new Stage({ onPrompt }).run().ended;
  assert.equal([prompts.at(-1)!.id, prompts.at(-1)!.code], ['issued', 'issued/done']);
});

test.run();
