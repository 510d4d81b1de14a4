// Configuration of one terminal: a complete, signed document. Fees, kinds, options and limits are data, not code.
import * as v from 'valibot';
import { contextOf } from './context.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { boundTo } from './place.ts';
import { catalogueWord, count, line, municipalityCode, parse, table, terminalId, text } from './schema.ts';

/** Max length of each wait in a transaction, in ms. */
export const waits = v.strictObject({
  /** Taking the PIN on the pad. */
  pinMs: count(5_000, 300_000),
  /** One exchange with the hub, in which a question may be asked again. */
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

/** Max time of a visit before its certificate is printed, in ms. The gate ends a transaction soon after that (session.ts). */
export const maxVisitMs = 28 * 60_000;

/** Number of wrong PINs that lock a card (JPKI, certificate for user authentication). */
const pinTries = 3;

/** Max time of a visit with these waits before its certificate is printed, in ms: every wait is used up, and every PIN but the last is wrong. */
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

/** A kind of certificate. */
export const kind = v.strictObject({
  title: text(60),
  feeYen: count(0, 100_000),
  maxCopies: count(1, 20),
  /** Options are asked in this order. The first value of each is preselected. */
  options: v.array(v.strictObject({ name: catalogueWord, ...option.entries })),
  /** Whether `scope: members` lets the resident pick members of the household. */
  members: v.boolean(),
});

export const configuration = v.strictObject({
  schema: v.literal(1),
  audience: terminalId,
  /** Rises with every configuration of this terminal. */
  seq: count(1, 2 ** 32),
  waits: v.pipe(
    waits,
    v.check(w => visitMs(w) <= maxVisitMs, 'a visit may take longer than 28 minutes'),
  ),
  /** The shop that the terminal stands in, as its receipts name it: its name, and how to reach it, such as a telephone number. */
  shop: v.optional(v.strictObject({ name: line(40), contact: line(40) })),
  municipalities: table(
    municipalityCode,
    v.strictObject({ name: text(40), kinds: table(catalogueWord, kind) }),
  ),
});

export type Kind = v.InferOutput<typeof kind>;
export type Configuration = v.InferOutput<typeof configuration>;

export const signConfiguration = (body: Configuration, key: KeyPair): Buffer =>
  sign1(body, key, contextOf.configuration(body.audience));
/** Errors: protocol/signature and protocol/place where it is for another terminal; protocol/schema with the path of the wrong field. */
export const readConfiguration = (message: Uint8Array, terminal: string, key: CoseKey): Configuration =>
  boundTo(
    parse(configuration, verify1(message, key, contextOf.configuration(terminal))),
    'audience',
    terminal,
  );
