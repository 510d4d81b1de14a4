// docs/panel.md has the real messages: each of them is sent or taken exactly as it is there.
import { readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { statusReport } from '../../../agent/counter/status-report.ts';
import { beatMs, helloMs, maxUnanswered } from '../../../agent/panel/heartbeat.ts';
import { fromPanel, panelMessageLimit, paymentState } from '../../../agent/panel/messages.ts';
import { promptIds, promptOf } from '../../../agent/panel/prompts.ts';
import { type Rig, withRig } from './panel-rig.ts';

const docs = await readFile(new URL('../../../docs/panel.md', import.meta.url), 'utf8');
const transaction = '0123456789abcdef0123456789abcdef';

/** A message as the page has it; `…` stands for what differs from time to time. */
const filled = (text: string, json: string) =>
  JSON.parse(text.replaceAll('{…}', json).replace('"transaction":"…"', `"transaction":"${transaction}"`));

/** Messages in the page's blocks, by who says them, and those in its sentences. */
const said = (who: 'terminal' | 'panel'): string[] =>
  [...docs.matchAll(new RegExp(`^    ${who}: +(\\{.*\\})(?:  .*)?$`, 'gm'))].map(([, text]) => text!);
const loose = [...docs.matchAll(/(?:^ {4}|`)(\{"type".*?\})(?:`|$)/gm)].map(([, text]) => text!);

/** The keys that follow `title` in a table's first column. */
function table(title: string): string[] {
  const rows = docs
    .slice(docs.indexOf(`| ${title} |`))
    .split('\n')
    .slice(2);
  return rows.slice(0, rows.indexOf('')).map(row => /^\| `?([\w.]+)/.exec(row)?.[1] ?? '');
}

const question = { kind: 'confirm', lines: [], feeYen: 200 } as const;

test('the page has the messages that this test knows of', () => {
  assert.is(said('terminal').length, 5);
  assert.is(said('panel').length, 5);
  assert.is(loose.length, 3);
});

test('what the page has a panel say is taken as it stands', () => {
  const types = [...said('panel'), loose.find(text => text.includes('cancel'))!].map(text => {
    const result = v.safeParse(fromPanel, filled(text, '{}'));
    assert.ok(result.success, text);
    return result.output.type;
  });
  assert.equal(types, ['hello', 'answer', 'payment', 'payment', 'pong', 'cancel']);
});

const sameShape = (sent: object | undefined, text: string | undefined): void => {
  const shown = filled(text!, JSON.stringify(question));
  assert.equal(Object.keys(sent ?? {}), Object.keys(shown), text);
  for (const [key, value] of Object.entries(sent ?? {})) assert.is(typeof value, typeof shown[key], text);
};

test(
  'what the page has the terminal say is what travels',
  withRig(async (rig: Rig) => {
    const [hello, ask, askEnd, payment, ping] = said('terminal');
    const client = await rig.stranger();
    assert.equal(await client.next(), JSON.parse(hello!));
    client.say(filled(said('panel')[0]!, ''));

    const prompt = JSON.parse(loose.find(text => text.includes('"prompt"'))!);
    rig.panel.show(promptOf(prompt.id));
    assert.equal(await client.receive('prompt'), prompt);

    const answer = rig.panel.ask(question, 120_000, value => value, new AbortController().signal);
    const asked = await client.receive('ask');
    sameShape(asked, ask);
    client.say({ ...filled(said('panel')[1]!, '{"yes":true}'), ask: asked.ask });
    assert.equal(await answer, { yes: true });
    sameShape(await client.receive('askEnd'), askEnd);

    const paid = rig.panel.pay('begin', transaction, 200, 1000);
    const request = await client.receive('payment');
    sameShape(request, payment);
    client.say({ ...filled(said('panel')[2]!, ''), request: request.request });
    assert.is((await paid).state, 'pending');

    sameShape(client.pings[0], ping);

    client.say('{');
    const error = filled(loose.find(text => text.includes('"error"'))!, '');
    assert.equal({ ...(await client.receive('error')), message: '…' }, error);
  }),
);

test('every prompt of the page is one of ours, and the other way round', () => {
  const list = docs.slice(docs.indexOf('Ids: '), docs.indexOf('The next prompt may follow'));
  const ids = [...list.matchAll(/`([^`]+)`/g)].flatMap(([, words]) => words!.split(/\s+/));
  assert.equal(ids.sort(), [...promptIds].sort());
});

test('lamps and sounds are those of the page', () => {
  const row = (name: string) =>
    new RegExp(`^\\| ${name} \\| \`([^\`]+)\``, 'm').exec(docs)?.[1]?.split(' ') ?? [];
  for (const id of promptIds) {
    const { lamp, sound, text } = promptOf(id);
    assert.ok(row('lamp').includes(lamp), `${id}: ${lamp}`);
    assert.ok(row('sound').includes(sound), `${id}: ${sound}`);
    assert.match(text, /[。]$/);
  }
});

test('the tables of questions, payment states and operations are complete', () => {
  assert.equal(table('state'), paymentState.options);
  assert.equal(table('operation'), ['begin', 'status', 'capture', 'void']);
  assert.equal(table('question.kind'), ['choose', 'confirm', 'lastTry']);
});

test('the status has its fields on the page, and no others', () => {
  const rows = docs.slice(docs.indexOf('| status field |'), docs.indexOf('## Errors')).split('\n').slice(2);
  const fields = rows.flatMap(row => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)]).map(([, it]) => it);
  assert.equal(fields.sort(), Object.keys(statusReport.entries).sort());
});

test('the page names the limits of a message, of the hello and of the heartbeat', () => {
  assert.ok(
    docs.includes(`sends a \`ping\` every ${beatMs / 1000} s. Where two in a row`) && maxUnanswered === 2,
  );
  assert.ok(docs.includes(`has not said hello within ${helloMs / 1000} s`));
  assert.ok(docs.includes(`${panelMessageLimit >> 10} KiB`));
});

test.run();
