// The driver with the virtual printer on a real pseudo-terminal.
import { rm } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../../drivers/base/clock.ts';
import { isMadoguchiError } from '../../../drivers/base/error.ts';
import type { Receipt } from '../../../drivers/contract/receipt.ts';
import { keepOpen } from '../../../drivers/line/keep-open.ts';
import { openLine } from '../../../drivers/line/serial-line.ts';
import { EscPosPrinter } from '../../../drivers/receipt/escpos-printer.ts';
import { escPosProfiles } from '../../../drivers/receipt/profile.ts';
import { ReceiptError } from '../../../drivers/receipt/receipt-error.ts';
import { type Behaviour, command } from '../../../simulator/receipt-printer/behaviour.ts';
import {
  coverOpen,
  mute,
  noFenceAnswer,
  paperOut,
} from '../../../simulator/receipt-printer/faulty-behaviours.ts';
import {
  type ReceiptPrinterHandle,
  type ReceiptPrinterOptions,
  startReceiptPrinter,
} from '../../../simulator/receipt-printer/start.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { refusalOf } from '../../refusal.ts';

const dir = temporaryFolder('receipt');
test.after(() => rm(dir, { recursive: true }));
const profile = { ...escPosProfiles.thermal80, statusMs: 5000 };
/** For tests without an answer: long enough for the print on a busy machine. */
const soon = 800;

const receipt: Receipt = {
  title: '領収書',
  rows: [
    ['証明書', '住民票の写し'],
    ['取扱', '髙﨑市〜ｺﾝﾋﾞﾆ'],
  ],
  totalYen: 1200,
  notes: ['| {x} ^_"`~\\'],
};
const rule = '─'.repeat(48);
const onPaper = [
  '                  領収書',
  '',
  `証明書${' '.repeat(30)}住民票の写し`,
  `取扱${' '.repeat(31)}髙﨑市～ｺﾝﾋﾞﾆ`,
  rule,
  `合計${' '.repeat(28)}¥1,200`,
  rule,
  '| {x} ^_"`~＼',
];

/** Starts printer and driver, and ends both. */
async function withPrinter(
  { behaviours = [], onReceipt, ...limits }: Partial<ReceiptPrinterOptions & typeof profile>,
  body: (driver: EscPosPrinter, virtual: ReceiptPrinterHandle) => Promise<void>,
): Promise<void> {
  const virtual = await startReceiptPrinter({
    dir,
    say() {},
    behaviours,
    ...(onReceipt ? { onReceipt } : {}),
  });
  const line = await openLine(virtual.path, profile.line, systemClock);
  const driver = new EscPosPrinter(line, systemClock, { ...profile, ...limits });
  try {
    await body(driver, virtual);
  } finally {
    await driver.close();
    await virtual.close();
  }
}

const failure = (work: Promise<unknown>) => refusalOf(work, ReceiptError);

/** Records every byte of text and command at the print head. */
function spy(): { names: string[]; behaviour: Behaviour } {
  const names: string[] = [];
  const behaviour: Behaviour = came => {
    if (came.is === 'command') names.push(came.command.name);
    return undefined;
  };
  return { names, behaviour };
}

test('a receipt with kanji and yen is on paper as requested when print resolves', () =>
  withPrinter({}, async (driver, virtual) => {
    assert.equal(await driver.status(), { online: true, cover: 'closed', paper: 'full', error: 'none' });
    await driver.print(receipt);
    assert.equal(
      virtual.receipts.map(({ text }) => text),
      [onPaper],
    );
  }));

test('print resolves after the answer to its own process id, and to no other', async () => {
  const ids: string[] = [];
  const wrongId = command('GS ( H', ({ data }) => {
    ids.push(data.subarray(2).toString('latin1'));
    return { send: Buffer.from('37223939393900', 'hex') }; // 9999
  });
  await withPrinter({ behaviours: [wrongId], printMs: soon }, async driver => {
    for (let i = 0; i < 2; i++) {
      const { code, detail } = await failure(driver.print(receipt));
      if (ids[i] === '9999') return; // by chance 1 in 10,000: then this test shows nothing
      assert.is(code, 'receipt/unknown');
      assert.is((detail as { processId: string }).processId, ids[i]);
    }
    assert.is.not(ids[0], ids[1]);
  });
});

test('paper out, cover open: notReady before a byte of text is sent', async () => {
  for (const [fault, paper, cover] of [
    [paperOut(), 'out', 'closed'],
    [coverOpen(), 'full', 'open'],
  ] as const) {
    const { names, behaviour } = spy();
    await withPrinter({ behaviours: [fault, behaviour] }, async (driver, virtual) => {
      const { code, detail } = await failure(driver.print(receipt));
      assert.is(code, 'receipt/notReady');
      assert.equal(detail, { online: true, cover, paper, error: 'none' });
      virtual.change({ paper: 'full', cover: 'closed' }); // now it processes what was sent
      await driver.status();
      assert.ok(names.length >= 4);
      assert.ok(names.every(name => name.startsWith('DLE')));
      assert.equal(virtual.receipts, []);
    });
  }
});

test('no answer to the fence: unknown, and one copy', () =>
  withPrinter({ behaviours: [noFenceAnswer()], printMs: soon }, async (driver, virtual) => {
    const { code } = await failure(driver.print(receipt));
    assert.is(code, 'receipt/unknown');
    assert.is(virtual.receipts.length, 1);
    await driver.status();
    assert.is(virtual.receipts.length, 1);
  }));

test('a print on a silent printer ends at its command’s time limit even if the profile allows more', () =>
  withPrinter({ behaviours: [noFenceAnswer()], printMs: 600_000 }, async driver => {
    assert.is((await failure(driver.print(receipt, soon))).code, 'receipt/unknown');
  }));

test('a roll that ends in the middle: unknown, with the printer’s reported status', () =>
  withPrinter({ behaviours: [paperOut(3)], printMs: soon }, async (driver, virtual) => {
    const { code, detail } = await failure(driver.print(receipt));
    assert.is(code, 'receipt/unknown');
    assert.is((detail as { paper: string }).paper, 'out');
    assert.equal(virtual.receipts, []);
    assert.is((await failure(driver.print(receipt))).code, 'receipt/notReady');
  }));

test('after a new roll in time the same copy is printed', () => {
  const mended = Promise.withResolvers<void>();
  const said: Behaviour = (_, state) => {
    if (state.paper === 'out') mended.resolve();
    return undefined;
  };
  return withPrinter({ behaviours: [paperOut(3), said] }, async (driver, virtual) => {
    const done = driver.print(receipt);
    await mended.promise;
    virtual.change({ paper: 'full' });
    await done;
    assert.equal(
      virtual.receipts.map(({ text }) => text),
      [onPaper],
    );
  });
});

test('a printer that does not answer is offline, and nothing is sent', () => {
  const { names, behaviour } = spy();
  return withPrinter({ behaviours: [behaviour, mute()], statusMs: 200 }, async driver => {
    const unknown = { online: false, cover: 'unknown', paper: 'unknown', error: 'unknown' };
    assert.equal(await driver.status(), unknown);
    assert.is((await failure(driver.print(receipt))).code, 'receipt/offline');
    assert.ok(names.every(name => name.startsWith('DLE')));
  });
});

test('cable pulled after the print: unknown at once, and one copy', () => {
  const pulled = Promise.withResolvers<ReceiptPrinterHandle>();
  return withPrinter(
    {
      behaviours: [noFenceAnswer()],
      onReceipt: () => void pulled.promise.then(virtual => virtual.unplug()),
    },
    async (driver, virtual) => {
      pulled.resolve(virtual);
      const { code, cause } = await failure(driver.print(receipt));
      assert.is(code, 'receipt/unknown');
      assert.is(isMadoguchiError(cause) && cause.code, 'line/lost'); // not the time limit
      assert.is(virtual.receipts.length, 1);
      assert.is((await driver.status()).online, false);
      assert.is((await failure(driver.print(receipt))).code, 'receipt/offline');
    },
  );
});

test('closed while it waits for the print: unknown at once', () => {
  const out = Promise.withResolvers<void>();
  const options = { behaviours: [noFenceAnswer()], onReceipt: () => out.resolve() };
  return withPrinter(options, async driver => {
    const failed = failure(driver.print(receipt));
    await out.promise;
    await driver.close();
    const { code, cause } = await failed;
    assert.is(code, 'receipt/unknown');
    assert.not.match(String(cause), 'no answer within'); // the line's end, or that of the wait
  });
});

test('after the cable is back the same driver prints again', async () => {
  const virtual = await startReceiptPrinter({ dir, say() {} });
  const line = keepOpen(() => openLine(virtual.path, profile.line, systemClock), systemClock, {
    initialMs: 20,
  });
  const turned = (what: 'online' | 'offline') =>
    new Promise<void>(resolve => line.once(what, () => resolve()));
  const driver = new EscPosPrinter(line, systemClock, profile);
  try {
    await turned('online');
    await driver.print(receipt);
    const gone = turned('offline');
    await virtual.unplug();
    await gone;
    assert.is((await failure(driver.print(receipt))).code, 'receipt/offline');
    const back = turned('online');
    await virtual.plug();
    await back;
    await driver.print(receipt);
    assert.is(virtual.receipts.length, 2);
  } finally {
    await driver.close();
    await virtual.close();
  }
});

test('two concurrent receipts are printed one after the other; a total that is none sends nothing', () =>
  withPrinter({}, async (driver, virtual) => {
    const bad = failure(driver.print({ ...receipt, totalYen: -1 }));
    await Promise.all([driver.print(receipt), driver.print({ ...receipt, title: '控え' })]);
    assert.is((await bad).code, 'receipt/amount');
    assert.equal(
      virtual.receipts.map(({ text }) => text[0]?.trim()),
      ['領収書', '控え'],
    );
  }));

test.run();
