// Whether the line to the hub is too slow to serve anybody. Pure.
import type { Waits } from '../protocol/configuration.ts';

/** The largest piece of a document (docs/contract/protocol.md, "fetch"), with signature, TLS and TCP around it. */
const pieceBytes = 70_000;

/** So much better a line has to become, so that the counter does not open and close with each measurement. */
const betterBy = 1.25;

/**
 * `bytesPerSecond`: as measured; undefined where nothing was measured lately, and then a resident may try. On a line that cannot
 * bring a piece within `hubMs` every fetch would end in link/timeout, after card, PIN and choice. `wasTooSlow`: the last verdict.
 */
export const isTooSlow = (
  bytesPerSecond: number | undefined,
  { hubMs }: Pick<Waits, 'hubMs'>,
  wasTooSlow = false,
): boolean =>
  bytesPerSecond !== undefined && bytesPerSecond < ((wasTooSlow ? betterBy : 1) * 1000 * pieceBytes) / hubMs;
