// Which legs a certificate stands on, and which of them do not stand now: said BEFORE a card's PIN or money is taken.
import type { DeviceStatus } from '../../drivers/contract/commands.ts';
import { MadoguchiError } from '../../drivers/contract/error.ts';

/** All codes, for docs/codes.md: the leg, what an operator does about it, and the same for the store's staff on the screen. */
export const legCodes = {
  'panel/offline': ['panel', 'Start the screen of the terminal.', '画面を起動してください。'],
  'hub/offline': ['hub', 'Check the network; it comes back by itself.', '通信の回復をお待ちください。'],
  'journal/reserve': [
    'journal',
    'Wait until the hub is reached and takes the records.',
    '記録の送信が終わるまでお待ちください。',
  ],
  'journal/stopped': [
    'journal',
    'Take nobody: the journal was altered, or the hub knows another one. Call the operator, who decides',
    '使用を中止し、管理者に連絡してください。',
  ],
  'money/open': [
    'money',
    'Wait: an interrupted transaction is being brought to its end.',
    '中断した取引を処理しています。お待ちください。',
  ],
  'gate/offline': [
    'gate',
    'Wait a minute; then restart the terminal.',
    '1分待っても直らなければ端末を再起動してください。',
  ],
  'native/offline': [
    'gate',
    'Wait a minute; then restart the terminal.',
    '1分待っても直らなければ端末を再起動してください。',
  ],
  'card/readerOffline': [
    'card',
    'Check the cable of the card reader.',
    'カードリーダーのケーブルを確認してください。',
  ],
  'pinpad/offline': [
    'pinpad',
    'Check the cable of the PIN pad.',
    '暗証番号入力機のケーブルを確認してください。',
  ],
  'pinpad/tampered': [
    'pinpad',
    'Do not use this PIN pad: it, or somebody on its line, answered as no sound pad does. Call the operator; it takes a new key.',
    '暗証番号入力機を使わず、管理者に連絡してください。',
  ],
  'receipt/offline': [
    'receipt',
    'Check power and cable of the receipt printer.',
    'レシートプリンターの電源とケーブルを確認してください。',
  ],
  'receipt/cover': [
    'receipt',
    'Close the cover of the receipt printer.',
    'レシートプリンターのカバーを閉じてください。',
  ],
  'receipt/paper': ['receipt', 'Put a new roll into the receipt printer.', 'レシート用紙を入れてください。'],
  'receipt/error': [
    'receipt',
    'Switch the receipt printer off and on again.',
    'レシートプリンターの電源を入れ直してください。',
  ],
  'page/offline': [
    'page',
    'Check power and cable of the page printer.',
    'プリンターの電源とケーブルを確認してください。',
  ],
  'page/paper': ['page', 'Load A4 paper into the page printer.', 'プリンターにA4用紙を入れてください。'],
  'page/jam': [
    'page',
    'Clear the paper jam in the page printer.',
    'プリンターに詰まった用紙を取り除いてください。',
  ],
  'page/door': [
    'page',
    'Close the doors and covers of the page printer.',
    'プリンターのカバーを閉じてください。',
  ],
  'page/toner': ['page', 'Put new toner into the page printer.', 'プリンターのトナーを交換してください。'],
  'page/output': [
    'page',
    'Empty the output tray of the page printer.',
    'プリンターの排紙トレイの紙を取り除いてください。',
  ],
  'page/busy': [
    'page',
    'Wait until the page printer has ended its job; if it does not, switch it off and on again.',
    'プリンターの処理が終わるまでお待ちください。終わらなければ電源を入れ直してください。',
  ],
  'page/notReady': ['page', 'Look at the page printer', 'プリンターの表示を確認してください。'],
} as const satisfies Record<string, readonly [leg: string, hint: string, text: string]>;

export type LegCode = keyof typeof legCodes;
/** What stands in the way: a leg, a stable code, and what a person does about it. */
export interface MissingLeg {
  leg: (typeof legCodes)[LegCode][0];
  code: LegCode;
  /** For an operator. */
  hint: string;
  /** For the store's staff, in plain Japanese. */
  text: string;
}

export interface Legs {
  /** Undefined while the gate does not answer. */
  devices: DeviceStatus | undefined;
  hubOnline: boolean;
  panelConnected: boolean;
  /** The journal has reached its reserve, or takes nothing. */
  journalFull: boolean;
  /** Why the journal may not be used until a person has decided (a code of journal or ledger); undefined where it may. */
  journalStopped: string | undefined;
  /** A transaction of before a restart has not reached its end. */
  openTransaction: boolean;
}

/** Empty when a transaction may begin. In the order in which a person would look. */
export function missingLegs(legs: Legs): MissingLeg[] {
  const { devices } = legs;
  const codes = [...ownLegs(legs), ...(devices ? deviceLegs(devices) : [])];
  return codes.map(code => {
    const missing = legOf(code);
    if (code === 'journal/stopped') return { ...missing, hint: `${missing.hint} (${legs.journalStopped}).` };
    return code === 'page/notReady' && devices
      ? { ...missing, hint: `${missing.hint}: ${reasonsOf(devices.page.reasons)}.` }
      : missing;
  });
}

function legOf(code: LegCode): MissingLeg {
  const [leg, hint, text] = legCodes[code];
  return { leg, code, hint, text };
}

/** What a printer complains of while it prints, in IPP's base keywords (RFC 8011, 5.4.12), for the staff. */
export const legsOfReasons = (reasons: readonly string[]): MissingLeg[] =>
  [...new Set(reasons.flatMap(reason => codeOfReason[reason] ?? []))].map(legOf);

/** What a paid certificate could not come out without: looked at once more before the fee. Errors: LegError. */
export function insistOnPaper(devices: DeviceStatus): void {
  const missing = missingLegs({ ...allWell, devices }).find(({ leg }) => leg !== 'card' && leg !== 'pinpad');
  if (missing) throw new LegError(missing);
}

const allWell = {
  ...{ hubOnline: true, panelConnected: true, openTransaction: false },
  ...{ journalFull: false, journalStopped: undefined },
};

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
  if (own.journalStopped !== undefined) yield 'journal/stopped';
  if (own.journalFull) yield 'journal/reserve';
  if (own.openTransaction) yield 'money/open';
  if (!devices) yield 'gate/offline';
}

function* deviceLegs({ native, card, pinpad, receipt, page }: DeviceStatus): Generator<LegCode> {
  if (!native) yield 'native/offline';
  else {
    if (!card.online) yield 'card/readerOffline';
    if (pinpad.tampered) yield 'pinpad/tampered';
    else if (!pinpad.online) yield 'pinpad/offline';
    yield* receiptLegs(receipt);
  }
  yield* pageLegs(page);
}

function* receiptLegs({ online, cover, paper, error }: DeviceStatus['receipt']): Generator<LegCode> {
  if (!online) yield 'receipt/offline';
  else {
    if (cover === 'open') yield 'receipt/cover';
    if (paper === 'out') yield 'receipt/paper';
    if (error !== 'none' && error !== 'unknown') yield 'receipt/error';
  }
}

/** What a person puts right, by the reason that the printer gives. */
const codeOfReason: Readonly<Record<string, LegCode>> = {
  'media-empty': 'page/paper',
  'media-needed': 'page/paper',
  'input-tray-missing': 'page/paper',
  'media-jam': 'page/jam',
  'door-open': 'page/door',
  'cover-open': 'page/door',
  'interlock-open': 'page/door',
  'toner-empty': 'page/toner',
  'marker-supply-empty': 'page/toner',
  'output-area-full': 'page/output',
  'output-tray-missing': 'page/output',
};

function* pageLegs({ online, ready, state, reasons }: DeviceStatus['page']): Generator<LegCode> {
  if (!online) yield 'page/offline';
  else if (!ready) {
    const codes = [...new Set(reasons.flatMap(reason => codeOfReason[reason] ?? []))];
    const quiet = reasonsOf(reasons) === silent && state !== 'stopped';
    yield* codes.length > 0 ? codes : quiet ? (['page/busy'] as const) : (['page/notReady'] as const);
  }
}

const silent = 'it is busy or stopped';
/** What the printer itself says is wrong, in IPP's words. */
const reasonsOf = (reasons: readonly string[]): string =>
  reasons.filter(reason => reason !== 'none').join(', ') || silent;
