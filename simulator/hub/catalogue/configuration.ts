// The configuration that a terminal is enrolled with.
import type { Configuration, Waits } from '../../../agent/protocol/configuration.ts';
import { catalogueOn } from './catalogue.ts';

/** As long as a person or a printer may need. */
const patient: Waits = {
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

/** The whole catalogue as of `wall` (ms since 1970); `waits` where a terminal shall have another patience. */
export const defaultConfiguration = (
  terminal: string,
  seq: number,
  wall: number,
  waits: Partial<Waits> = {},
): Configuration => ({
  schema: 1,
  audience: terminal,
  seq,
  waits: { ...patient, ...waits },
  municipalities: { ...catalogueOn(wall) },
});
