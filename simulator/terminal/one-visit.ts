// `npm run simulator -- terminal --hub URL`: a whole terminal at anyone's hub. It enrols, issues one certificate, says what came of it,
// and ends.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfiguration } from '../../agent/protocol/configuration.ts';
import { readKeySet } from '../../agent/protocol/key-set.ts';
import { readRoot } from '../../agent/protocol/root.ts';
import { readCardsFolder } from '../card/cards-folder.ts';
import { visit } from '../customer/customer.ts';
import { type FrontPanel, openFrontPanel, type ShownPrompt } from '../customer/front-panel.ts';
import { asProposed, type Wish } from '../customer/wish.ts';
import { closeAll } from '../interrupted.ts';
import type { PartContext } from '../part.ts';
import { unacknowledged } from './agent-status.ts';
import { type RunningTerminal, startTerminal } from './start-terminal.ts';
import { onPart, TerminalError } from './terminal-error.ts';
import { untilShown } from './until-shown.ts';

export interface VisitOrder {
  hub: { enrolmentUrl: string; rootThumbprint: string; code: string };
  /** Folder of `simulator -- cards`. */
  cards: string;
  pin: string;
  kind: string;
  /** 6 digits. Undefined: whichever the hub offers. */
  city: string | undefined;
  copies: number;
  /** Receives the document of each job at the page printer, after the visit. */
  onPaper?(pdf: Buffer): void;
}

/** What came of the visit. */
export interface VisitOutcome {
  terminal: string;
  epoch: number;
  broker: string;
  /** The id of the last prompt on the screen: `issued`, `refused`, … (docs/panel.md). */
  outcome: string;
  /** Why, where the screen or the log has a code. */
  code?: string;
  /** 32 hex digits. */
  transaction?: string;
  sheets: number;
  /** Yen that the till kept. */
  keptYen: number;
  receipts: number;
  /** Records of the ledger that the hub has not acknowledged within 20 s after the end. */
  unacknowledged: number;
}

const acknowledgedWithinMs = 20_000;

/** Errors: TerminalError with the condition; the reason of the context's signal. */
export async function visitAt(order: VisitOrder, { dir, say, signal }: PartContext): Promise<VisitOutcome> {
  const { issue } = await onPart('cards', readCardsFolder(order.cards), signal);
  const steps: { transaction: string; code?: string }[] = [];
  let terminal: RunningTerminal | undefined;
  let panel: FrontPanel | undefined;
  try {
    terminal = await startTerminal({
      ...{ dir, hub: order.hub, signal, onDevice: (device, line) => say(`${device}: ${line}`) },
      onStarting: part => say(`start: ${part}`),
      onLog: ({ process: from, level, msg, fields }) => {
        say(`${from}: ${level}: ${msg} ${JSON.stringify(fields)}`);
        if (msg === 'step') steps.push({ transaction: String(fields.transaction) });
      },
    });
    const { reader, pinpad, pagePrinter, receiptPrinter } = terminal.devices;
    const granted = await grantedTo(terminal.home);
    const screen = await onPart('panel', openFrontPanel(terminal.panelSocket));
    panel = screen;
    let last: ShownPrompt | undefined;
    screen.onSeen(seen => {
      if (seen.is === 'prompt') last = seen.prompt;
    });
    await untilShown(screen, 'insertCard');
    const card = issue({ pin: order.pin });
    const hands = {
      putCardIn: () => reader.insert(card),
      takeCard: () => {
        if (reader.card) reader.remove();
      },
      typePin: (digits: string) => {
        pinpad.type(digits);
        pinpad.enter();
      },
    };
    const outcome = await visit(screen, hands, { pin: order.pin, wish: wishOf(order, granted.cities) });
    const shown = last?.id === outcome ? last : undefined;
    for (const { document } of pagePrinter.jobs) order.onPaper?.(document);
    return {
      ...granted.own,
      outcome,
      ...(shown?.code && { code: shown.code }),
      ...(steps[0] && { transaction: steps[0].transaction }),
      sheets: pagePrinter.impressions,
      keptYen: screen.till.keptYen,
      receipts: receiptPrinter.receipts.length,
      unacknowledged: await unacknowledged(terminal.panelSocket, acknowledgedWithinMs),
    };
  } finally {
    await closeAll([() => panel?.close(), () => terminal?.close()]);
  }
}

interface Granted {
  own: Pick<VisitOutcome, 'terminal' | 'epoch' | 'broker'>;
  /** Names on the screen, by municipality code. */
  cities: ReadonlyMap<string, string>;
}

/** What the hub granted, as `madoguchi enrol` wrote it. */
async function grantedTo(home: string): Promise<Granted> {
  const file = (name: string) => readFile(join(home, 'agent', name));
  const own = JSON.parse((await file('agent.json')).toString()) as Granted['own'];
  const { keys } = readKeySet(await file('key-set.cbor'), readRoot(await file('root.cbor')));
  const { municipalities } = readConfiguration(
    await file('configuration.cbor'),
    own.terminal,
    keys.configuration,
  );
  return { own, cities: new Map(Object.entries(municipalities).map(([code, { name }]) => [code, name])) };
}

/** Leaves the terminal (undefined) where the hub offers another city, or not the kind. */
function wishOf({ kind, city, copies }: VisitOrder, cities: Granted['cities']): Wish {
  if (city !== undefined && !cities.has(city))
    throw new TerminalError('city', `The hub's configuration has no municipality ${city}.`);
  return offer => {
    const isThere = city === undefined || offer.municipality === cities.get(city);
    const choice = isThere ? asProposed(kind)(offer) : undefined;
    return choice && { ...choice, copies };
  };
}
