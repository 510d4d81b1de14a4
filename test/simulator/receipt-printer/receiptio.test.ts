// receiptio, an independent ESC/POS client, judges the virtual printer, over TCP on loopback.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Behaviour, command } from '../../../simulator/receipt-printer/behaviour.ts';
import { coverOpen, paperOut } from '../../../simulator/receipt-printer/faulty-behaviours.ts';
import { startReceiptPrinter } from '../../../simulator/receipt-printer/start.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';

const dir = temporaryFolder('receiptio');
test.after(() => rm(dir, { recursive: true }));
const cli = fileURLToPath(new URL('../bin/cli.js', import.meta.resolve('receiptio')));

// receiptio can use port 9100 only. Each test run has its own loopback address, so that two runs do not collide.
const host = `127.${[process.pid >> 16, process.pid >> 8, process.pid].map(part => part & 0xff).join('.')}`;

/** Exit codes of receiptio (its README). */
const says: Record<number, string> = {
  0: 'success',
  100: 'online',
  101: 'coveropen',
  102: 'paperempty',
  103: 'error',
  106: 'timeout',
};

async function receiptio(behaviours: readonly Behaviour[], markup: string, ...options: string[]) {
  const printer = await startReceiptPrinter({ dir, say() {}, behaviours, tcp: { host, port: 9100 } });
  try {
    const child = spawn(process.execPath, [cli, '-d', host, '-l', 'ja', ...options], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.end(markup);
    const [code] = await once(child, 'exit');
    return { result: says[code] ?? `code ${code}`, texts: printer.receipts.map(({ text }) => text), printer };
  } finally {
    await printer.close();
  }
}

test('success: kanji, sizes, rules and yen signs are printed as written', async () => {
  const markup = '^^^領収書\n-\n住民票の写し | ¥200\n{border:line;width:10,*}\n左 | 右\n{border:space}\n';
  const { result, texts } = await receiptio([], markup);
  assert.is(result, 'success');
  assert.equal(texts.length, 1);
  const lines = texts[0]!.map(line => line.trim());
  assert.is(lines[0], '領収書');
  assert.is(lines[1], '─'.repeat(48));
  assert.match(lines[2]!, /^住民票の写し +¥200$/);
  assert.match(lines[3]!, /^╭─{10}┬─{35}╮$/);
  assert.match(lines[4]!, /^│ *左 *│ *右 *│$/);
  assert.match(lines[5]!, /^╰─{10}┴─{35}╯$/);
});

test('an image, with the printer language as an option', async () => {
  const { result, texts, printer } = await receiptio(
    [],
    '{code:0123;option:qrcode,4}\nend\n',
    '-p',
    'escpos',
  );
  assert.is(result, 'success');
  assert.equal(
    texts.map(lines => lines.map(line => line.trim()).filter(Boolean)),
    [['end']],
  );
  assert.match(printer.receipts[0]!.svg(), /<path d="M\d+ \d+h/);
});

test('paperempty and coveropen, by a status request and by a print', async () => {
  for (const [fault, result] of [
    [paperOut, 'paperempty'],
    [coverOpen, 'coveropen'],
  ] as const) {
    assert.is((await receiptio([fault()], '', '-q')).result, result);
    const printing = await receiptio([fault()], '領収書\n');
    assert.is(printing.result, result);
    assert.equal(printing.texts, []);
  }
});

test('the roll ends during a print: paperempty by automatic status', async () => {
  const { result, texts } = await receiptio([paperOut(2)], '1\n2\n3\n4\n');
  assert.is(result, 'paperempty');
  assert.equal(texts, []);
});

test('online and error', async () => {
  const cutter: Behaviour = (_, state) => {
    state.error = 'cutter';
    return undefined;
  };
  assert.is((await receiptio([], '', '-q')).result, 'online');
  assert.is((await receiptio([cutter], '領収書\n')).result, 'error');
});

test('a receipt is written as a PNG', async () => {
  const { printer } = await receiptio([], '^^^領収書\n"太字" _下線_ `反転`\n');
  const file = join(dir, 'receipt.png');
  await printer.receipts[0]!.png(file);
  const png = await readFile(file);
  assert.is(png.toString('latin1', 1, 4), 'PNG');
  assert.is(png.readUInt32BE(16), 48 * 12 + 64); // 80 mm at 8 dots a millimetre
});

test('receiptio can fail: it times out if a printer does not answer GS r', async () => {
  const silent = command('GS r', () => ({}));
  assert.is((await receiptio([silent], '領収書\n', '-t', '1')).result, 'timeout');
});

test.run();
