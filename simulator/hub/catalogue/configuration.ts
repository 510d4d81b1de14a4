// The configuration that a terminal is enrolled with.
import type { Configuration, Waits } from '../../../agent/protocol/configuration.ts';
import { catalogueOn } from './catalogue.ts';

/** Default time limits: long enough for a slow person or printer. */
const defaultWaits: Waits = {
  pinMs: 60_000,
  hubMs: 15_000,
  deviceMs: 10_000,
  choiceMs: 120_000,
  takeCardMs: 60_000,
  fetchMs: 60_000,
  payMs: 180_000,
  printMs: 300_000,
  receiptMs: 20_000,
};

/** A configuration with the whole catalogue at `wall` (ms since 1970). `waits`: time limits that differ from the default. */
export const defaultConfiguration = (
  terminal: string,
  seq: number,
  wall: number,
  waits: Partial<Waits> = {},
): Configuration => ({
  schema: 1,
  audience: terminal,
  seq,
  waits: { ...defaultWaits, ...waits },
  shop: { name: 'まどぐちマート一号店', contact: '電話 03-0000-0000' },
  municipalities: { ...catalogueOn(wall) },
});
