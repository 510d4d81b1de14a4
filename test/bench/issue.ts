// The software's share of one issue: its time without that of persons, devices and the hub's own work.
import { Shop } from '../../simulator/shop/shop.ts';
import { stock } from '../shop-stock.ts';
import { BareExchanges } from './bare-exchanges.ts';
import { type Benchmark, type Figures, inRounds } from './benchmark.ts';
import { IssueTracer } from './traced-issue.ts';

export const issue: Benchmark = {
  name: 'issue',
  about: `one issue's whole software share, card in to receipt out and on record.
Us: all three processes, the broker and every wait between them. Taken away is the time in which the customer pays, the card
answers, the page printer prints or the hub makes an answer; the customer answers, types and takes at once, and the lines of PIN
pad and receipt printer (pseudo-terminals) are as fast as the machine.
Alternative: the same number of records, each a bare 4 KiB write with fdatasync, and of questions, each a bare MQTT round trip of
the same size without TLS, in one Node process: what any terminal pays that keeps a record and asks a hub.`,
  rounds: 15,
  async run(rounds, how = 'full') {
    let tracer: IssueTracer | undefined;
    const shop = await Shop.open({
      name: 'bench-1',
      stock,
      onDevice: (device, line) => device === 'page-printer' && tracer?.onPagePrinter(line),
    });
    let bare: BareExchanges | undefined;
    try {
      const [traced, exchanges] = [new IssueTracer(shop), await BareExchanges.start(shop.dir)];
      [tracer, bare] = [traced, exchanges];
      return await inRounds(rounds, how, figures => round(figures, traced, exchanges));
    } finally {
      await bare?.close();
      await shop.close();
    }
  },
};

async function round(figures: Figures, tracer: IssueTracer, bare: BareExchanges): Promise<void> {
  const { stages, unnoticedMs } = await tracer.take('m101');
  const alternatives: number[] = [];
  for (const { exchanges } of stages) alternatives.push(await bare.run(exchanges));
  const sum = (times: readonly number[]) => times.reduce((total, ms) => total + ms, 0);
  figures.add(
    'software share of one issue',
    'ms',
    sum(stages.map(({ oursMs }) => oursMs)),
    sum(alternatives),
  );
  for (const [nth, { name, oursMs }] of stages.entries())
    figures.add(`  ${name}`, 'ms', oursMs, alternatives[nth]);
  figures.add('last sheet out until we know it', 'ms', unnoticedMs);
  figures.add('the whole issue, with everybody', 'ms', sum(stages.map(({ wholeMs }) => wholeMs)));
}
