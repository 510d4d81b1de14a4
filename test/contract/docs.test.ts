// What docs/contract says of files and settings is so.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deviceSettings } from '../../agent/gate/keys/gate-settings.ts';
import { parse } from '../../agent/protocol/schema.ts';
import { dialects } from '../../drivers/pinpad/dialect.ts';
import { escPosProfiles } from '../../drivers/receipt/profile.ts';

const folder = new URL('../../docs/contract/', import.meta.url);
const pages = readdirSync(folder).filter(name => name.endsWith('.md'));
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

test('every link of the contract leads to a file', () => {
  const broken = pages.flatMap(page =>
    [...textOf(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
      .filter(([, to]) => !existsSync(new URL(to!, folder)))
      .map(([, to]) => `${page}: ${to}`),
  );
  assert.equal(broken, []);
});

test('its first page names every other', () => {
  const first = textOf('README.md');
  for (const page of readdirSync(folder)) assert.ok(page === 'README.md' || first.includes(`(${page}`), page);
});

test('the example of devices.json is one that the gate takes', () => {
  const [, json] = /```json\n([\s\S]+?)```/.exec(textOf('running.md')) ?? [];
  const { pinpad, receipt } = parse(deviceSettings, JSON.parse(json!));
  assert.ok(pinpad.dialect in dialects && receipt.profile in escPosProfiles);
});

test('every diagram names its two sides by arrows that mermaid has', () => {
  const diagrams = [...textOf('flows.md').matchAll(/```mermaid\n([\s\S]+?)```/g)].map(([, text]) => text!);
  assert.ok(diagrams.length >= 8);
  for (const diagram of diagrams)
    for (const line of diagram.trim().split('\n').slice(1))
      assert.match(line, /^\s*(participant \w+|\w+(->>|--x)\w+: .+|Note over \w+: .+|loop .+|end)$/);
});

test.run();
