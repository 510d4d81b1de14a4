// Which legs a certificate stands on, and which of them do not stand now: said BEFORE a card's PIN or money is taken.
import type { DeviceStatus } from '../../drivers/contract/commands.ts';

/** What stands in the way: a leg, a stable code, and what a person does about it. */
export interface MissingLeg {
  leg: 'gate' | 'card' | 'pinpad' | 'receipt' | 'page' | 'hub' | 'panel' | 'journal' | 'money';
  code: string;
  hint: string;
}

export interface Legs {
  /** Undefined while the gate does not answer. */
  devices: DeviceStatus | undefined;
  hubOnline: boolean;
  panelConnected: boolean;
  /** The journal has reached its reserve, or takes nothing. */
  journalFull: boolean;
  /** A transaction of before a restart has not reached its end. */
  openTransaction: boolean;
}

const missing = (leg: MissingLeg['leg'], code: string, hint: string): MissingLeg => ({ leg, code, hint });

/** Empty when a transaction may begin. In the order in which a person would look. */
export function missingLegs(legs: Legs): MissingLeg[] {
  return [...ownLegs(legs), ...(legs.devices ? deviceLegs(legs.devices) : [])];
}

function ownLegs({ devices, hubOnline, panelConnected, journalFull, openTransaction }: Legs): MissingLeg[] {
  const found: MissingLeg[] = [];
  if (!panelConnected) found.push(missing('panel', 'panel/offline', 'Start the screen of the terminal.'));
  if (!hubOnline) found.push(missing('hub', 'hub/offline', 'Check the network; it comes back by itself.'));
  if (journalFull)
    found.push(missing('journal', 'journal/reserve', 'Wait until the hub is reached and takes the records.'));
  if (openTransaction)
    found.push(
      missing('money', 'money/open', 'Wait: an interrupted transaction is being brought to its end.'),
    );
  if (!devices) found.push(missing('gate', 'gate/offline', 'Wait a minute; then restart the terminal.'));
  return found;
}

function deviceLegs({ native, card, pinpad, receipt, page }: DeviceStatus): MissingLeg[] {
  if (!native)
    return [
      missing('gate', 'native/offline', 'Wait a minute; then restart the terminal.'),
      ...pageLegs(page),
    ];
  const found: MissingLeg[] = [];
  if (!card.online) found.push(missing('card', 'card/readerOffline', 'Check the cable of the card reader.'));
  if (!pinpad.online) found.push(missing('pinpad', 'pinpad/offline', 'Check the cable of the PIN pad.'));
  return [...found, ...receiptLegs(receipt), ...pageLegs(page)];
}

function receiptLegs({ online, cover, paper, error }: DeviceStatus['receipt']): MissingLeg[] {
  if (!online)
    return [missing('receipt', 'receipt/offline', 'Check power and cable of the receipt printer.')];
  const found: MissingLeg[] = [];
  if (cover === 'open')
    found.push(missing('receipt', 'receipt/cover', 'Close the cover of the receipt printer.'));
  if (paper === 'out')
    found.push(missing('receipt', 'receipt/paper', 'Put a new roll into the receipt printer.'));
  if (error !== 'none' && error !== 'unknown')
    found.push(missing('receipt', 'receipt/error', 'Switch the receipt printer off and on again.'));
  return found;
}

function pageLegs({ online, ready, reasons }: DeviceStatus['page']): MissingLeg[] {
  if (!online) return [missing('page', 'page/offline', 'Check power and cable of the page printer.')];
  if (ready) return [];
  const shown = reasons.filter(reason => reason !== 'none').join(', ');
  return [missing('page', 'page/notReady', `Look at the page printer: ${shown || 'it is busy or stopped'}.`)];
}
