// All stable codes, room by room, as the code itself has them.
import { homeCodes } from '../../agent/config/home.ts';
import { gateCodes } from '../../agent/gate/gate-refusal.ts';
import { journalCodes } from '../../agent/journal/journal-error.ts';
import { linkCodes } from '../../agent/link/link-error.ts';
import { unusedCodes } from '../../agent/link/unused.ts';
import { generalRefusal } from '../../agent/panel/ends.ts';
import { panelCodes } from '../../agent/panel/error.ts';
import type { ProtocolErrorCode } from '../../agent/protocol/error.ts';
import { conditionCodes } from '../../agent/readiness/condition-codes.ts';
import { warningCodes } from '../../agent/readiness/warnings.ts';
import { transactionCodes } from '../../agent/transaction/transaction-error.ts';
import { cardCodes } from '../../drivers/card/error.ts';
import { doorCodes } from '../../drivers/door/error.ts';
import { lineCodes } from '../../drivers/line/line-error.ts';
import { nativeCodes } from '../../drivers/native/native-error.ts';
import { pageCodes } from '../../drivers/page/page-error.ts';
import { pinpadCodes } from '../../drivers/pinpad/pinpad-error.ts';
import { receiptCodes } from '../../drivers/receipt/receipt-error.ts';
import { provisioningCodes } from '../../provisioning/provisioning-error.ts';
import type { EnrolmentRefusalCode } from '../../simulator/hub/enrolment/decide-claim.ts';
import { ledgerAlarms, recordRefusals } from '../../simulator/hub/ledger/record-codes.ts';
import { refusals } from '../../simulator/hub/service/refusal.ts';
import { endCodes } from './ends.ts';
import type { Table } from './table.ts';

const alike = (codes: Readonly<Record<string, string>>, hint: string): Table =>
  Object.fromEntries(Object.entries(codes).map(([code, meaning]) => [code, [meaning, hint]]));

const protocolCodes: Readonly<Record<ProtocolErrorCode, string>> = {
  'protocol/cbor': 'The bytes are not the deterministic CBOR of the contract',
  'protocol/cose': 'Not a COSE message as the contract has it',
  'protocol/key': 'Not a P-256 key',
  'protocol/schema': 'A field is not what the contract allows',
  'protocol/place': 'A field names another terminal, transaction or enrolment than the message is for',
  'protocol/version': 'Of a version of the contract that is not spoken here',
  'protocol/signature': 'Signed by another key, for another place, or altered',
  'protocol/decrypt': 'Sealed to another key or place, or altered',
  'protocol/threshold': 'Fewer keys of the root document have signed than must',
  'protocol/generation': 'A key set or root document that is not later than the present one',
  'protocol/size': 'Longer than the contract allows',
};

const enrolmentCodes: Readonly<Record<EnrolmentRefusalCode, string>> = {
  'enrolment/unknownCode': 'The hub does not know the code',
  'enrolment/usedCode': 'The code was used before',
  'enrolment/expiredCode': 'The code has lapsed',
  'enrolment/badClaim': 'The claim is not signed by the keys that it names',
  'enrolment/badRequest': 'The request for a TLS certificate is not one',
  'enrolment/tooManyAttempts': 'Too many wrong codes came from this address',
};

const conditions: Table = Object.fromEntries(
  Object.entries(conditionCodes).map(([code, [part, hint, text]]) => [
    code,
    [`A condition of ${part} is missing`, `${hint.replace(/\.$/, '')} / ${text}`],
  ]),
);

const warnings: Table = Object.fromEntries(
  Object.entries(warningCodes).map(([code, [part, hint]]) => [
    code,
    [`A warning of ${part}`, hint.replace(/\.$/, '')],
  ]),
);

const provisioning: Table = Object.fromEntries(
  Object.entries(provisioningCodes).map(([code, hint]) => [code, ['The message says what was seen', hint]]),
);

export const lists: readonly { title: string; about: string; codes: Table }[] = [
  {
    title: 'Out of service',
    about:
      'What stands in the way before a card’s PIN or money is taken, or of a print under way: for an operator, and as the screen tells the staff.',
    codes: conditions,
  },
  {
    title: 'Warnings',
    about: 'What stops nobody yet: in the status, and in telemetry.',
    codes: warnings,
  },
  {
    title: 'How a transaction ends',
    about: 'In the ledger and the log. A transaction that fails in a room ends with that room’s code, below.',
    codes: endCodes,
  },
  {
    title: 'Only on the screen',
    about: 'In place of the hub’s code, where the shop must not learn why.',
    codes: {
      [generalRefusal]: [
        'The hub refused, for a reason that is nobody’s business in the shop',
        'Send the resident to the counter of the municipality; ledger and log have the hub’s code',
      ],
    },
  },
  { title: 'Transaction', about: 'What the transaction itself finds wrong.', codes: transactionCodes },
  {
    title: 'Panel',
    about: 'Screen and till. The panel itself is told `panel/invalidMessage` (panel.md).',
    codes: panelCodes,
  },
  {
    title: 'Hub',
    about:
      'What the virtual hub’s services refuse; another hub may refuse more. The field `service` names it.',
    codes: alike(refusals, 'The hub knows the transaction; the resident asks at the counter'),
  },
  {
    title: 'The hub’s ledger',
    about:
      'Alarms and refused records of the virtual hub; a terminal’s word about its journal is an alarm too, with a code of the journal’s.',
    codes: { ...ledgerAlarms, ...recordRefusals },
  },
  { title: 'Link', about: 'Between agent and hub.', codes: linkCodes },
  { title: 'Journal', about: 'The agent’s journal (journal-format.md).', codes: journalCodes },
  { title: 'Agent', about: 'The agent’s own folder.', codes: homeCodes },
  { title: 'Gate', about: 'What the gate refuses: the document and its order of things.', codes: gateCodes },
  { title: 'Doors', about: 'Between agent, gate and native process.', codes: doorCodes },
  { title: 'Native process', about: 'Before any of its devices is asked.', codes: nativeCodes },
  { title: 'Card and reader', about: '', codes: cardCodes },
  { title: 'PIN pad', about: '', codes: pinpadCodes },
  { title: 'Receipt printer', about: '', codes: receiptCodes },
  { title: 'Page printer', about: '', codes: pageCodes },
  { title: 'Serial lines', about: '', codes: lineCodes },
  {
    title: 'Messages',
    about:
      'Bytes that are not what the contract with the hub allows (contract/protocol.md). In the agent’s log (`message not used`, with topic and field), in the detail of a gate’s or a command’s refusal, and in the hub’s log. A question that is answered so ends with `link/answer`; what a terminal sends so is refused with `hub/malformed`, or dropped where no refusal has a place.',
    codes: alike(
      protocolCodes,
      'The message is not used. Report it to whoever made it: the hub’s operator, or the terminal’s maker',
    ),
  },
  {
    title: 'Messages that are not used',
    about: 'Beside those of the last table: in the log, with the topic.',
    codes: unusedCodes,
  },
  { title: 'Provisioning', about: 'What `madoguchi` commands end with.', codes: provisioning },
  {
    title: 'Enrolment',
    about: 'What the hub’s enrolment desk answers.',
    codes: alike(enrolmentCodes, 'Ask the operator for a new code'),
  },
];
