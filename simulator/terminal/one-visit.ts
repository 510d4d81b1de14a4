// `npm run simulator -- terminal --hub URL`: a whole terminal at anyone's hub. It enrols, issues one certificate, says what came of it,
// and ends.

import { readCardsFolder } from '../card/cards-folder.ts';
import { type FrontPanel, openFrontPanel } from '../customer/front-panel.ts';
import { closeAll } from '../interrupted.ts';
import type { PartContext } from '../part.ts';
import { unacknowledged } from './agent-status.ts';
import { type Granted, grantedTo } from './granted.ts';
import { type PlayedVisit, playVisit, type VisitWish } from './play-visit.ts';
import { type RunningTerminal, startTerminal } from './start-terminal.ts';
import { onPart } from './terminal-error.ts';

export interface VisitOrder extends VisitWish {
  hub: { enrolmentUrl: string; rootThumbprint: string; code: string };
  /** Folder of `simulator -- cards`. */
  cards: string;
  /** Receives the document of each job at the page printer, after the visit. */
  onPaper?(pdf: Buffer): void;
}

/** What came of the visit. */
export interface VisitOutcome extends PlayedVisit {
  terminal: string;
  epoch: number;
  broker: string;
  /** Records of the ledger that the hub has not acknowledged within 20 s after the end. */
  unacknowledged: number;
}

const acknowledgedWithinMs = 20_000;

/** Errors: TerminalError with the condition; the reason of the context's signal. */
export async function visitAt(order: VisitOrder, { dir, say, signal }: PartContext): Promise<VisitOutcome> {
  const card = await onPart('cards', readCardsFolder(order.cards), signal);
  const begun: string[] = [];
  let terminal: RunningTerminal | undefined;
  let panel: FrontPanel | undefined;
  try {
    terminal = await startTerminal({
      ...{ dir, hub: order.hub, signal, onDevice: (device, line) => say(`${device}: ${line}`) },
      onStarting: part => say(`start: ${part}`),
      onLog: ({ process: from, level, msg, fields }) => {
        say(`${from}: ${level}: ${msg} ${JSON.stringify(fields)}`);
        if (msg === 'step') begun.push(String(fields.transaction));
      },
    });
    const granted: Granted = await grantedTo(terminal.home);
    panel = await onPart('panel', openFrontPanel(terminal.panelSocket));
    const played = await playVisit({ ...{ terminal, panel, card, begun, granted }, wish: order });
    for (const { document } of terminal.devices.pagePrinter.jobs) order.onPaper?.(document);
    return {
      ...granted.own,
      ...played,
      unacknowledged: await unacknowledged(terminal.panelSocket, acknowledgedWithinMs),
    };
  } finally {
    await closeAll([() => panel?.close(), () => terminal?.close()]);
  }
}
