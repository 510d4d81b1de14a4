// Paper: the certificate, once, by the gate; then the receipt, or a claim slip where a person has to decide.

import { isMadoguchiError } from '../../../drivers/base/error.ts';
import type { Receipt } from '../../../drivers/contract/receipt.ts';
import type { CommandEvent } from '../../commands/gate-door.ts';
import type { Panel } from '../../panel/panel.ts';
import { promptOf } from '../../panel/prompts.ts';
import { conditionsWhilePrinting } from '../../readiness/page-conditions.ts';
import { toLines } from '../choice.ts';
import type { Event } from '../event.ts';
import { groups } from '../state.ts';
import { askGate, type Context, type Performer } from './context.ts';

export const createJob: Performer<'createJob'> = async (_, context) => {
  context.ports.panel.show(promptOf('printing'));
  const { job } = await askGate(context, 'createJob', { transaction: context.transaction });
  return { is: 'jobCreated', job };
};

/** A printer that stops in the middle: staff are told at once what to do, and the resident when it goes on. */
function tellStaff(panel: Panel): (event: CommandEvent) => void {
  let needed = false;
  return event => {
    if (event.name !== 'printing') return;
    const legs = conditionsWhilePrinting(event.payload);
    if (legs.length > 0) panel.show({ ...promptOf('printerNeedsStaff'), legs });
    else if (needed) panel.show(promptOf('printing'));
    needed = legs.length > 0;
  };
}

export const print: Performer<'print'> = (_, context) => askForPaper(context);

/**
 * After a restart of ours, or of the gate: it tells how a print ended that went on without us, or what the printer says of
 * one that its own death cut off, and never prints again. Waited for until it is back, or the state's time is over.
 */
export const resolveJob: Performer<'resolveJob'> = async (_, context) => {
  const { clock } = context.ports;
  for (;;) {
    try {
      return await askForPaper(context);
    } catch (error) {
      if (!isMadoguchiError(error) || error.code !== 'door/closed') throw error;
    }
    await clock.sleep(pauseMs, context.signal);
  }
};

/** The gate gets the time for paper, and what is left behind that to report it. */
async function askForPaper(context: Context): Promise<Event> {
  const { ports, transaction, waits, signal } = context;
  const leftMs = context.leftMs();
  const { outcome, evidence } = await ports.gate.call(
    'print',
    { transaction, timeoutMs: Math.max(1, Math.min(waits.printMs, leftMs - waits.deviceMs)) },
    { timeoutMs: leftMs, signal, onEvent: tellStaff(ports.panel) },
  );
  return { is: 'printEnded', result: outcome.result, impressions: outcome.impressions, evidence };
}

const printSlip = (receipt: Receipt, { ports, signal, leftMs }: Context): Promise<unknown> =>
  ports.gate.call('printReceipt', { receipt }, { timeoutMs: leftMs(), signal });

const today = (wall: number): string =>
  new Date(wall).toLocaleDateString('ja-JP', { timeZone: 'Asia/Tokyo' });

export const printReceipt: Performer<'printReceipt'> = async ({ order }, context) => {
  const { ports, transaction } = context;
  ports.panel.show(promptOf('receipt'));
  const receipt = {
    title: '領収書',
    rows: [
      ['日付', today(ports.clock.wall())],
      ['端末', ports.terminal],
      ...toLines(order, ports.configuration),
    ],
    totalYen: order.feeYen,
    notes: ['取引番号', groups(transaction)],
  } as const;
  await printSlip(receipt, context);
  return { is: 'receiptPrinted' };
};

/** What is missing is on its way back, or can be put right. A second slip of the same claim would harm nobody. */
const mayComeBack: ReadonlySet<string> = new Set([
  'door/closed',
  'gate/nativeAway',
  'receipt/offline',
  'receipt/notReady',
]);
const pauseMs = 1_000;

/** All that the resident has in hand: asked for again until it is out, or the state's time is over. */
export const printClaim: Performer<'printClaim'> = async ({ ending }, context) => {
  const { ports, transaction, signal } = context;
  const receipt = {
    title: '引換票',
    rows: [
      ['日付', today(ports.clock.wall())],
      ['端末', ports.terminal],
      ['理由', ending.code],
    ],
    notes: ['店員にお渡しください。取引番号:', groups(transaction)],
  } as const;
  for (;;) {
    try {
      await printSlip(receipt, context);
      return { is: 'claimPrinted' };
    } catch (error) {
      if (!isMadoguchiError(error) || !mayComeBack.has(error.code)) throw error;
    }
    await ports.clock.sleep(pauseMs, signal);
  }
};
