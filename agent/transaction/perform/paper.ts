// Has the gate print: the certificate once, then the receipt, or a claim slip where a person has to decide.

import { isMadoguchiError } from '../../../drivers/base/error.ts';
import type { Receipt } from '../../../drivers/contract/receipt.ts';
import type { CommandEvent } from '../../commands/gate-door.ts';
import type { Panel } from '../../panel/panel.ts';
import { promptOf } from '../../panel/prompts.ts';
import { conditionsWhilePrinting } from '../../readiness/page-conditions.ts';
import type { Event } from '../event.ts';
import { claimSlipOf, receiptOf, type SlipPlace } from '../slip.ts';
import { askGate, type Context, type Performer } from './context.ts';

export const createJob: Performer<'createJob'> = async (_, context) => {
  context.ports.panel.show(promptOf('printing'));
  const { job } = await askGate(context, 'createJob', { transaction: context.transaction });
  return { is: 'jobCreated', job };
};

/** When the printer stops during a print, shows the staff at once what to do. When it goes on, shows the resident that. */
function tellStaff(panel: Panel): (event: CommandEvent) => void {
  let needed = false;
  return event => {
    if (event.name !== 'printing') return;
    const conditions = conditionsWhilePrinting(event.payload);
    if (conditions.length > 0) panel.show({ ...promptOf('printerNeedsStaff'), conditions });
    else if (needed) panel.show(promptOf('printing'));
    needed = conditions.length > 0;
  };
}

export const print: Performer<'print'> = (_, context) => askForPaper(context);

/**
 * After a restart of the agent or of the gate. The gate reports how a print ended that went on without the agent, or asks the
 * printer about one that the gate's own death interrupted. It never prints again. Waits for the gate until the state's deadline.
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

/** Gives the gate the time for the paper. The call lasts deviceMs longer, so that the gate can report the outcome. */
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

/** What a slip says of the terminal and the moment. The clock is the hub's where this machine's is wrong (link/hub-time.ts). */
const placeOf = ({ ports, transaction }: Context): SlipPlace => ({
  transaction,
  terminal: ports.terminal,
  configuration: ports.configuration,
  wall: ports.clock.wall(),
});

export const printReceipt: Performer<'printReceipt'> = async ({ order }, context) => {
  context.ports.panel.show(promptOf('receipt'));
  await printSlip(receiptOf(order, context.memory.offer, placeOf(context)), context);
  return { is: 'receiptPrinted' };
};

/** Failures that may go away by themselves or can be repaired. A second slip of the same claim does no harm. */
const mayComeBack: ReadonlySet<string> = new Set([
  'door/closed',
  'gate/nativeAway',
  'receipt/offline',
  'receipt/notReady',
]);
const pauseMs = 1_000;

/** The claim slip is all that the resident has in hand. So it is tried again until it is out, or until the state's deadline. */
export const printClaim: Performer<'printClaim'> = async ({ order, ending }, context) => {
  const { ports, signal } = context;
  const receipt = claimSlipOf(order, ending, placeOf(context));
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
