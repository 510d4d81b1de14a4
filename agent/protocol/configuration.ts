// Configuration of one terminal: a full, signed document. Fees, kinds, options and limits are data, never code.
import * as v from 'valibot';
import { contextOf } from './context.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { catalogueWord, count, municipalityCode, parse, terminalId, text } from './schema.ts';

/** How long each wait of a transaction may last, in ms. */
export const waits = v.strictObject({
  /** Taking the PIN on the pad. */
  pinMs: count(5_000, 300_000),
  /** One exchange with the hub. */
  hubMs: count(1_000, 120_000),
  /** One command to a device that needs no person. */
  deviceMs: count(1_000, 120_000),
  /** A choice on the screen. */
  choiceMs: count(5_000, 600_000),
  /** Taking the card back. */
  takeCardMs: count(5_000, 600_000),
  /** Receiving the whole document. */
  fetchMs: count(5_000, 600_000),
  /** Paying. */
  payMs: count(5_000, 600_000),
  /** Printing all pages. */
  printMs: count(10_000, 900_000),
  receiptMs: count(5_000, 120_000),
});

export type Waits = v.InferOutput<typeof waits>;

/** How long a visit may take before its certificate is printed, in ms: the gate keeps no transaction open much longer. */
export const maxVisitMs = 28 * 60_000;

/** How often a card takes a PIN before it is locked: 3 (JPKI, certificate for user authentication). */
const pinTries = 3;

/** The longest that a visit may take by these waits before its certificate is printed, in ms: every wait used up, every PIN but the last wrong. */
export const visitMs = (w: Waits): number =>
  pinTries * w.pinMs +
  3 * w.hubMs +
  (pinTries + 8) * w.deviceMs +
  3 * w.choiceMs +
  w.takeCardMs +
  w.fetchMs +
  w.payMs;

const option = v.strictObject({
  title: text(60),
  values: v.array(v.strictObject({ value: catalogueWord, title: text(60) })),
});

const kind = v.strictObject({
  title: text(60),
  feeYen: count(0, 100_000),
  maxCopies: count(1, 20),
  /** Asked in this order; the first value is the proposal. */
  options: v.array(v.strictObject({ name: catalogueWord, ...option.entries })),
  /** Whether `scope: members` lets the resident pick members of the household. */
  members: v.boolean(),
});

const configuration = v.strictObject({
  schema: v.literal(1),
  audience: terminalId,
  /** Rises with every document for this terminal. */
  seq: count(1, 2 ** 32),
  waits: v.pipe(
    waits,
    v.check(w => visitMs(w) <= maxVisitMs, 'a visit may take longer than 28 minutes'),
  ),
  municipalities: v.record(
    municipalityCode,
    v.strictObject({ name: text(40), kinds: v.record(catalogueWord, kind) }),
  ),
});

export type Kind = v.InferOutput<typeof kind>;
export type Configuration = v.InferOutput<typeof configuration>;

export const signConfiguration = (body: Configuration, key: KeyPair): Buffer =>
  sign1(body, key, contextOf.configuration(body.audience));
/** Errors: protocol/signature where it is for another terminal; protocol/schema with the path that is wrong. */
export const readConfiguration = (message: Uint8Array, terminal: string, key: CoseKey): Configuration =>
  parse(configuration, verify1(message, key, contextOf.configuration(terminal)));
