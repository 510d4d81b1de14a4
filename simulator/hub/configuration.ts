// The configuration that a terminal is enrolled with.
import type { Configuration } from '../../agent/protocol/configuration.ts';
import { catalogueOn } from './catalogue.ts';

/** Every wait as long as a person or a printer may need; the whole catalogue as of `wall` (ms since 1970). */
export const defaultConfiguration = (terminal: string, seq: number, wall: number): Configuration => ({
  schema: 1,
  audience: terminal,
  seq,
  waits: {
    pinMs: 60_000,
    hubMs: 15_000,
    deviceMs: 10_000,
    choiceMs: 120_000,
    takeCardMs: 60_000,
    fetchMs: 60_000,
    payMs: 180_000,
    printMs: 300_000,
    receiptMs: 20_000,
  },
  municipalities: { ...catalogueOn(wall) },
});
