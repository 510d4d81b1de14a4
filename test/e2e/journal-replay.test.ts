// timeout: 300 s
// waits
// Incidents of a real terminal run again from its journal, beside the running agent and from a copy, as they went in the
// hub's ledger; and nothing that the tools say holds a key or a PIN.
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runChild } from '../../simulator/child.ts';
import { playFaults, shortWaits } from '../../simulator/faults/faulty-visit.ts';
import { findFault } from '../../simulator/faults/registry.ts';
import { program } from '../../simulator/programs.ts';
import { type LedgerRow, Shop } from '../../simulator/shop/shop.ts';
import { bytesNeedles, textNeedles } from '../leaks/needles.ts';
import { type Needle, search } from '../leaks/search.ts';
import { stock } from '../shop-stock.ts';

const incidents = ['page.jam-after-page-1', 'till.refuses-void', 'agent.killed-at-print'] as const;

const test = suite<{ shop: Shop; said: string[] }>('journal replay');

test.before(async context => {
  context.shop = await Shop.open({ waits: shortWaits, stock });
  context.said = [];
});
test.after(({ shop }) => shop.close());

const command = program('provisioning/madoguchi');
/** What `madoguchi journal ARGS` says; it exits with 0. */
const madoguchi = (...args: string[]): Promise<string> =>
  runChild([process.execPath, command, 'journal', ...args]);

const rows: LedgerRow[] = [];

for (const name of incidents)
  test(`${name}: the same steps and the same end, beside the running agent`, async ({ shop, said }) => {
    const played = await playFaults(shop, [findFault(name)!]);
    assert.equal(played.wrong, []);
    const row = played.row!;
    const replayed = await madoguchi('replay', row.transaction, '--home', shop.terminal.home);
    assert.match(replayed, `${row.outcome} (${row.code}), kept ${row.keptYen} yen, owed ${row.owedYen} yen`);
    assert.match(replayed, 'same states and the same end');
    if (name === 'agent.killed-at-print') assert.match(replayed, 'event    restarted');
    said.push(replayed);
    rows.push(row);
  });

test('what is exported is what the hub’s ledger has, with its numbers and tags', async ({ shop, said }) => {
  await shop.isOpen();
  const lines = (await madoguchi('export', '--home', shop.terminal.home)).trim().split('\n');
  const exported = lines.map(line => JSON.parse(line));
  const ledger = shop.hub.ledger.rows();
  assert.ok(ledger.filter(({ type }) => type === 'end').length >= rows.length);
  assert.equal(
    exported
      .slice(0, ledger.length)
      .map(({ seq, tag, type, transaction, at, outcome, software }) =>
        lineOf({ seq, tag, type, transaction, what: at ?? outcome ?? software }),
      ),
    ledger.map(lineOf),
  );
  const verdict = await madoguchi('verify', '--home', shop.terminal.home);
  assert.match(verdict, 'Sound');
  assert.match(verdict, 'An agent has it open');
  said.push(...lines, verdict, await madoguchi('inspect', '--home', shop.terminal.home));
});

type Row = ReturnType<Shop['hub']['ledger']['rows']>[number];
const lineOf = ({ seq, tag, type, transaction, what }: Omit<Row, 'terminal' | 'epoch'>): string =>
  [seq, tag, type, transaction, what].join(' ');

test('a copy with its key runs again as the journal itself; the agent goes on', async ({ shop, said }) => {
  const { home } = shop.terminal;
  const copy = join(shop.dir, 'copy');
  await cp(join(home, 'agent/journal'), copy, { recursive: true });
  const key = join(home, 'agent/keys/journal-data.bin');
  for (const [i, { transaction }] of rows.entries())
    assert.is(await madoguchi('replay', transaction, '--folder', copy, '--key-file', key), said[i]);
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  await shop.ended();
});

test('no key of the terminal’s and nothing of a resident is in anything that was said; nor has a field its name', async ({
  shop,
  said,
}) => {
  const needles: Needle[] = [];
  for (const room of ['agent', 'gate']) {
    const keys = join(shop.terminal.home, room, 'keys');
    for (const name of await readdir(keys))
      needles.push(...bytesNeedles(name, secretIn(await readFile(join(keys, name)))));
  }
  for (const { resident, household } of shop.hub.residents.all())
    for (const text of [resident.name, resident.kana, household.address])
      needles.push(...textNeedles(resident.id, text));
  const text = Buffer.from(said.join('\n'));
  const planted = Buffer.concat([text, needles.at(-1)!.bytes, needles[1]!.bytes]);
  assert.ok(search('planted', planted, needles).length >= 2);
  assert.equal(search('said', text, needles), []);
  const fields = new Set(
    said.filter(line => line.startsWith('{')).flatMap(line => fieldsOf(JSON.parse(line))),
  );
  const waits = new Set(Object.keys(shortWaits));
  const suspicious = /pin|name|address|key|secret|certificate|birth/i;
  assert.equal(
    [...fields].filter(field => suspicious.test(field) && !waits.has(field)),
    [],
  );
  assert.ok(fields.has('evidence') && fields.has('keptYen'));
});

/** The private half: of a PEM its last line before the public one, of a raw key all. */
function secretIn(content: Buffer): Buffer {
  const pem = content.toString('latin1').match(/-----BEGIN PRIVATE KEY-----([^-]+)-----END/);
  if (!pem) return content;
  const der = Buffer.from(pem[1]!, 'base64');
  const at = der.indexOf(Buffer.from([0x02, 0x01, 0x01, 0x04, 0x20])); // ECPrivateKey (RFC 5915): version 1, 32 bytes
  assert.ok(at > 0);
  return der.subarray(at + 5, at + 37);
}

const fieldsOf = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, item]) => [key, ...fieldsOf(item)]);

test.run();
