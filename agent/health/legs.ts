// Which legs a certificate stands on, and which of them do not stand now: said BEFORE a card's PIN or money is taken.
import type { DeviceStatus } from '../../drivers/contract/commands.ts';
import { MadoguchiError } from '../../drivers/contract/error.ts';

/** All codes, for docs/codes.md. */
export const legCodes = {
  'panel/offline': ['panel', 'Start the screen of the terminal.'],
  'hub/offline': ['hub', 'Check the network; it comes back by itself.'],
  'journal/reserve': ['journal', 'Wait until the hub is reached and takes the records.'],
  'money/open': ['money', 'Wait: an interrupted transaction is being brought to its end.'],
  'gate/offline': ['gate', 'Wait a minute; then restart the terminal.'],
  'native/offline': ['gate', 'Wait a minute; then restart the terminal.'],
  'card/readerOffline': ['card', 'Check the cable of the card reader.'],
  'pinpad/offline': ['pinpad', 'Check the cable of the PIN pad.'],
  'receipt/offline': ['receipt', 'Check power and cable of the receipt printer.'],
  'receipt/cover': ['receipt', 'Close the cover of the receipt printer.'],
  'receipt/paper': ['receipt', 'Put a new roll into the receipt printer.'],
  'receipt/error': ['receipt', 'Switch the receipt printer off and on again.'],
  'page/offline': ['page', 'Check power and cable of the page printer.'],
  'page/notReady': ['page', 'Look at the page printer'],
} as const satisfies Record<string, readonly [leg: string, hint: string]>;

export type LegCode = keyof typeof legCodes;
/** What stands in the way: a leg, a stable code, and what a person does about it. */
export interface MissingLeg {
  leg: (typeof legCodes)[LegCode][0];
  code: LegCode;
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

/** Empty when a transaction may begin. In the order in which a person would look. */
export function missingLegs(legs: Legs): MissingLeg[] {
  const { devices } = legs;
  const codes = [...ownLegs(legs), ...(devices ? deviceLegs(devices) : [])];
  return codes.map(code => {
    const [leg, hint] = legCodes[code];
    return {
      leg,
      code,
      hint: code === 'page/notReady' && devices ? `${hint}: ${reasonsOf(devices)}.` : hint,
    };
  });
}

/** What a paid certificate could not come out without: looked at once more before the fee. Errors: LegError. */
export function insistOnPaper(devices: DeviceStatus): void {
  const missing = missingLegs({ ...allWell, devices }).find(({ leg }) => leg !== 'card' && leg !== 'pinpad');
  if (missing) throw new LegError(missing);
}

const allWell = { hubOnline: true, panelConnected: true, journalFull: false, openTransaction: false };

/** A leg that went in the middle of a transaction. */
export class LegError extends MadoguchiError {
  declare readonly code: LegCode;

  constructor({ leg, code, hint }: MissingLeg) {
    super(code, `The leg ${leg} is not ready.`, hint, { completion: 'deviceNotReady' });
  }
}

function* ownLegs({ devices, ...own }: Legs): Generator<LegCode> {
  if (!own.panelConnected) yield 'panel/offline';
  if (!own.hubOnline) yield 'hub/offline';
  if (own.journalFull) yield 'journal/reserve';
  if (own.openTransaction) yield 'money/open';
  if (!devices) yield 'gate/offline';
}

function* deviceLegs({ native, card, pinpad, receipt, page }: DeviceStatus): Generator<LegCode> {
  if (!native) yield 'native/offline';
  else {
    if (!card.online) yield 'card/readerOffline';
    if (!pinpad.online) yield 'pinpad/offline';
    yield* receiptLegs(receipt);
  }
  if (!page.online) yield 'page/offline';
  else if (!page.ready) yield 'page/notReady';
}

function* receiptLegs({ online, cover, paper, error }: DeviceStatus['receipt']): Generator<LegCode> {
  if (!online) yield 'receipt/offline';
  else {
    if (cover === 'open') yield 'receipt/cover';
    if (paper === 'out') yield 'receipt/paper';
    if (error !== 'none' && error !== 'unknown') yield 'receipt/error';
  }
}

/** What the printer itself says is wrong, in IPP's words. */
const reasonsOf = ({ page }: DeviceStatus): string =>
  page.reasons.filter(reason => reason !== 'none').join(', ') || 'it is busy or stopped';
