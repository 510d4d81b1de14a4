// docs/codes.md has exactly the codes of the source code.
import { glob, readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { promptForCode } from '../../agent/panel/prompts.ts';
import { failureCode } from '../../agent/transaction/event.ts';
import type { State } from '../../agent/transaction/state.ts';
import { free, order, road, roadTo, tell } from '../agent/transaction/story.ts';
import { endCodes } from './ends.ts';
import { lists } from './lists.ts';
import { page, render } from './render.ts';

const root = new URL('../../', import.meta.url);
const known = new Set(lists.flatMap(({ codes }) => Object.keys(codes)));

test('docs/codes.md is what the lists give: else run node test/codes/write.ts', async () => {
  assert.fixture(await readFile(page, 'utf8'), render());
});

test('every code has the form that the ledger takes, a meaning and a hint', () => {
  for (const { codes } of lists)
    for (const [code, [meaning, hint]] of Object.entries(codes)) {
      assert.match(code, failureCode);
      assert.ok(meaning.length > 5 && hint.length > 5, code);
    }
});

/** Codes as they stand in the code. */
const inSource = /'([a-z][a-zA-Z]{2,}\/[a-z][a-zA-Z]{2,40})'/g;
/** Rooms whose names are the beginnings of codes. */
const rooms = new Set([...known].map(code => code.split('/')[0]));
/** A code for the panel's developer only (docs/panel.md), and the path of a program. */
const others = new Set(['panel/invalidMessage', 'gate/main']);

test('every code in agent, drivers and provisioning is on the page', async () => {
  const missing: string[] = [];
  let seen = 0;
  for await (const file of glob('{agent,drivers,provisioning}/**/*.ts', { cwd: root }))
    for (const [, code] of (await readFile(new URL(file, root), 'utf8')).matchAll(inSource)) {
      if (!rooms.has(code!.split('/')[0]) || others.has(code!)) continue;
      seen++;
      if (!known.has(code!)) missing.push(`${code} in ${file}`);
    }
  assert.equal(missing, []);
  assert.ok(seen > 150, `only ${seen} codes were seen`);
});

test('a prompt of its own is for a code that there is', () => {
  for (const code of Object.keys(promptForCode)) assert.ok(known.has(code), code);
});

test('every end of a transaction that no room failed in is on the page, and each of those is reached', () => {
  const failed = { is: 'failed', effect: 'test', code: 'test/failed' } as const;
  const ends = new Set<string>();
  const note = (state: State): void => {
    if ('ending' in state) ends.add(state.ending.code);
  };
  const paper = (result: 'notPrinted' | 'unknown') =>
    ({ is: 'printEnded', result, impressions: -1, evidence: Buffer.of(1) }) as const;
  for (const ordered of [order, free])
    for (const { is } of road(ordered)) {
      const { state } = tell(roadTo(is, ordered));
      note(state);
      for (const event of [
        { is: 'deadline' },
        { is: 'declined' },
        { is: 'restarted' },
        { is: 'cardTaken' },
        { is: 'gateLost' },
        failed,
        paper('notPrinted'),
        paper('unknown'),
      ] as const)
        note(tell([event], state).state);
    }
  for (const early of ['ordered', 'fetched'] as const) {
    const { state } = tell([...roadTo(early), { is: 'cardTaken' }]);
    for (const is of ['deadline', 'declined', 'restarted'] as const) note(tell([{ is }], state).state);
  }
  ends.delete('test/failed');
  // reported by performers as `failed`, not made by the state machine
  for (const code of ['choose/nothingOffered', 'agent/internal']) ends.add(code);
  ends.delete('card/removed');
  assert.equal([...ends].sort(), Object.keys(endCodes).sort());
});

test.run();
