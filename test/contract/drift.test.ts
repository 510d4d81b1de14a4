// docs/contract holds what the code gives, and the list of messages all that a reader reads.
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contract } from '../../agent/protocol/contract.ts';
import { channels, messages } from '../../agent/protocol/messages.ts';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { pages } from './pages.ts';
import { cddlPattern } from './pattern.ts';

for (const { page, render } of pages)
  test(`${page.pathname.split('/').at(-1)} is what the code gives: else run node test/contract/write.ts`, async () => {
    assert.fixture(await readFile(page, 'utf8'), render());
  });

test('every topic is a channel of the list', () => {
  assert.equal(channels.map(({ leaf }) => leaf).sort(), Object.keys(topicsOf('t-1')).sort());
});

/** Bodies of records and of parts that lie inside a message; the CDDL reaches them from there. */
const inside = ['ledgerRecord', 'telemetryRecord'];
/** In a reader that is given its schema. */
const given = ['sign1Parts', 'schema'];

test('every schema that a reader of agent/protocol parses by is a message of the list', async () => {
  const room = new URL('../../agent/protocol/', import.meta.url);
  const listed = new Set<unknown>(messages.map(({ body }) => body));
  const parsed: string[] = [];
  const missing: string[] = [];
  for (const file of readdirSync(room)) {
    const source = await readFile(new URL(file, room), 'utf8');
    const exported: Record<string, unknown> = await import(new URL(file, room).href);
    for (const [, plain, onTopic] of source.matchAll(/\bparse\((\w+), |\breadOn\(topic, (\w+), /g)) {
      const name = plain ?? onTopic;
      if (!/^[a-z]/.test(name!) || given.includes(name!) || inside.includes(name!)) continue;
      parsed.push(name!);
      if (!listed.has(exported[name!])) missing.push(`${name} of ${file}`);
    }
  }
  const later = Object.values(contract.forms).flatMap(forms => Object.values(forms));
  missing.push(...later.filter(({ schema }) => !listed.has(schema)).map(() => 'a later form'));
  assert.equal(missing, []);
  assert.ok(parsed.length >= 18, `${parsed}`);
});

test('a pattern that the two languages read differently is no part of the CDDL', () => {
  assert.is(cddlPattern(/^[a-z\d]\/\d{2}$/), '"[a-z0-9]/[0-9]{2}"');
  for (const bad of [/abc/, /^a$/i, /^(?:a)$/, /^\w$/, /^a\b$/]) assert.throws(() => cddlPattern(bad));
});

test.run();
