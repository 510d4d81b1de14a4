// The English beside the Japanese: what the screen says, what a transaction waits for, certificates and places.

export interface Gloss {
  /** At most 24 characters: it shares a line of 80 columns with the Japanese. */
  short: string;
  /** What the resident reads, as a sentence. */
  sentence: string;
}

const gloss = (short: string, sentence: string): Gloss => ({ short, sentence });

/** By the id of a prompt (docs/panel.md). */
const prompts: Readonly<Record<string, Gloss>> = {
  insertCard: gloss('ready: put a card in', 'Please put your card in.'),
  outOfService: gloss('out of service', 'No certificates can be issued at the moment.'),
  readingCard: gloss('reading the card', 'Your card is being read. Please wait.'),
  enterPin: gloss('type the PIN on the pad', 'Type your four-digit PIN and press the enter key.'),
  wrongPin: gloss('wrong PIN: type it again', 'The PIN is wrong. Please type it again.'),
  lastTry: gloss('one try left: go on?', 'One try is left. A wrong PIN now locks the card. Go on?'),
  authenticating: gloss('the hub checks the card', 'Your identity is being checked. Please wait.'),
  choose: gloss('choose a certificate', 'Choose the certificate that you need.'),
  confirm: gloss('check choice and fee', 'Please check your choice and the fee.'),
  ordering: gloss('the card signs the order', 'Your order is being sent. Leave the card where it is.'),
  takeCard: gloss('take the card back', 'Please take your card.'),
  fetching: gloss('fetching the document', 'Your certificate is being received. Please wait.'),
  pay: gloss('pay the fee', 'Please pay the fee.'),
  printing: gloss('printing the certificate', 'Your certificate is being printed. Please wait.'),
  printerNeedsStaff: gloss('printer: call the staff', 'Please call the staff. They look after the printer.'),
  receipt: gloss('printing the receipt', 'Your receipt is being printed.'),
  refunding: gloss('the money comes back', 'Your money is being returned. Please wait.'),
  issued: gloss('take paper and receipt', 'Please take your certificate and your receipt. Thank you.'),
  issuedWithoutReceipt: gloss(
    'paper, but no receipt',
    'Please take your certificate. If you need a receipt, please ask the staff.',
  ),
  refused: gloss(
    'refused, nothing charged',
    'The certificate could not be issued. Nothing is charged. Please ask the staff.',
  ),
  abandoned: gloss(
    'ended, nothing charged',
    'The visit was ended. Nothing is charged. To begin again, put your card in again.',
  ),
  refundDue: gloss(
    'money owed: claim slip',
    'Money has to be paid back. Show the claim slip, or the number on the screen, to the staff.',
  ),
  unknown: gloss(
    'not certain: claim slip',
    'What was printed cannot be confirmed. Show the claim slip, or the number on the screen, to the staff.',
  ),
  cardLocked: gloss('the card is locked', 'Your card is locked. Your city office can set a new PIN.'),
  cardExpired: gloss(
    'the card has expired',
    'The certificate on your card has expired. Your city office can renew it.',
  ),
  cardForeign: gloss('not a card for this', 'This card cannot be used here. Use a My Number card.'),
  cardNoApplication: gloss(
    'card has no certificate',
    'This card has no certificate for users. Use your city’s own machine, or its counter.',
  ),
};

/** For a prompt that is not in the list: its id, so that nothing is hidden. */
export const promptGloss = (id: string): Gloss => prompts[id] ?? gloss(id, id);

/** What starts, in this order, and what that is. */
const parts = {
  hub: { label: 'hub and broker', note: 'a municipal hub; Mosquitto, TLS 1.3' },
  devices: { label: 'devices', note: 'card reader, PIN pad, two printers' },
  enrolment: { label: 'enrolment', note: 'keys and certificate of this terminal' },
  agent: { label: 'agent and gate', note: 'one has the network, one keys and paper' },
  service: { label: 'in service', note: 'hub reached, every device asked' },
} as const;

export type StartingPart = keyof typeof parts;

export const partInEnglish = (part: string): { label: string; note: string } =>
  Object.hasOwn(parts, part) ? parts[part as StartingPart] : { label: part, note: '' };

/** By kind of the catalogue. */
const kinds: Readonly<Record<string, string>> = {
  juminhyo: 'certificate of residence',
  inkan: 'seal registration certificate',
  koseki: 'family register certificate',
  fuhyo: 'record of former addresses',
  zei: 'tax certificate',
};

export const kindInEnglish = (kind: string): string => kinds[kind] ?? kind;

/** By municipality code. */
const places: Readonly<Record<string, string>> = { 132047: 'Mitaka', 131130: 'Shibuya', 122033: 'Ichikawa' };

export const placeInEnglish = (code: string): string => places[code] ?? code;

/** By outcome in the ledger. */
const outcomes: Readonly<Record<string, string>> = {
  issued: 'the certificate is out and paid for',
  refused: 'no certificate; nothing was charged',
  abandoned: 'the visit was ended; nothing was charged',
  refundDue: 'money is owed: a claim slip, and a person decides',
  unknown: 'what was printed is not certain: a claim slip, and a person decides',
};

export const outcomeInEnglish = (outcome: string): string => outcomes[outcome] ?? outcome;

/** `2 pages`, `1 page`. */
export const counted = (number: number, one: string, several = `${one}s`): string =>
  `${number} ${number === 1 ? one : several}`;
