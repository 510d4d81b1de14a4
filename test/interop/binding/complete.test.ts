// Every message of the contract has a test here that changes each of its fields.
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { messages } from '../../../agent/protocol/messages.ts';

test('each field of every message, and of the records in batches, is changed by a test', () => {
  const here = new URL('./', import.meta.url);
  const sources = readdirSync(here)
    .filter(name => name.endsWith('.test.ts'))
    .map(name => readFileSync(new URL(name, here), 'utf8'));
  const bound = new Set(
    sources.flatMap(source => [...source.matchAll(/\bof: '([^']+)'/g)].map(([, name]) => name)),
  );
  const missing = [...messages.map(({ name }) => name), 'ledger record', 'telemetry record'].filter(
    name => !bound.has(name),
  );
  assert.equal(missing, []);
});

test.run();
