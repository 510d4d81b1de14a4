// From the money to the first byte of the document at the printer: a whole terminal, and ipptool with the same PDF.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Shop } from '../../simulator/shop/shop.ts';
import { stock } from '../shop-stock.ts';
import { type Benchmark, type Figures, inRounds } from './benchmark.ts';
import { type PrinterWatch, watchPrinter } from './first-byte.ts';

export const print: Benchmark = {
  name: 'print',
  about: `paid to the first byte of the PDF at the printer.
Us: from the till's word "paid" in a whole terminal: two steps written to the journal around the till's capture, Create-Job, its
id written to the journal, Send-Document.
Alternative: ipptool with print-job.test and the same PDF to the same printer, from its start: one Print-Job, nothing recorded.`,
  rounds: 15,
  async run(rounds, how = 'full') {
    const shop = await Shop.open({ name: 'bench-1', stock });
    const watch = await watchPrinter(shop.terminal.devices.pagePrinter.socket);
    try {
      return await inRounds(rounds, how, figures => round(figures, shop, watch));
    } finally {
      await shop.close();
      await watch.close();
    }
  },
};

async function round(figures: Figures, shop: Shop, watch: PrinterWatch): Promise<void> {
  const us = await ours(shop, watch);
  figures.add('paid to first byte', 'ms', us.byte - us.paid, await ipptool(shop, watch));
  figures.add('  "paid" in the journal', 'ms', us.noted - us.paid);
  figures.add('  captured, and that in the journal', 'ms', us.captured - us.noted);
  figures.add('  job made, and its id in the journal', 'ms', us.job - us.captured);
  figures.add('  document on its way', 'ms', us.byte - us.job);
}

async function ours(shop: Shop, watch: PrinterWatch) {
  const at = { paid: 0, noted: 0, captured: 0, job: 0 };
  const { behaviours } = shop.panel.till;
  behaviours.unshift(event => {
    if (event.is === 'paid') at.paid = performance.now();
    return undefined;
  });
  const stop = shop.onLog(({ msg, fields: { event } }) => {
    if (msg !== 'step') return;
    if (event === 'paid') at.noted = performance.now();
    if (event === 'captured') at.captured = performance.now();
    if (event === 'jobCreated') at.job = performance.now();
  });
  const arrives = watch.nextDocument();
  const last = await shop.visit({ resident: 'm101' });
  if (last !== 'issued') throw new Error(`The visit ended with ${last}.`);
  stop();
  behaviours.shift();
  await shop.isOpen();
  return { ...at, byte: await arrives };
}

/** Prints the terminal's last PDF once more, with ipptool. The extra paper belongs to the benchmark, not to a visit. */
async function ipptool(shop: Shop, watch: PrinterWatch): Promise<number> {
  const { jobs } = shop.terminal.devices.pagePrinter;
  const file = join(shop.dir, 'paper.pdf');
  await writeFile(file, jobs.at(-1)!.document);
  const arrives = watch.nextDocument();
  const began = performance.now();
  await promisify(execFile)('ipptool', ['-f', file, watch.url, 'print-job.test']);
  while (!jobs.at(-1)!.ended) await new Promise(resolve => setTimeout(resolve, 5));
  return (await arrives) - began;
}
