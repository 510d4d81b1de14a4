// How long to wait before the next try. Full jitter: a thousand terminals that lost one broker don't come back at once.

export interface BackOff {
  /** Longest first wait, in ms. */
  initialMs: number;
  /** Longest wait of all, in ms. */
  maxMs: number;
}

/** ms before try number `attempt` (from 0): anywhere in [0, min(maxMs, initialMs * 2^attempt)); `random` is in [0, 1). */
export const jitteredMs = (backOff: BackOff, attempt: number, random: () => number): number =>
  random() * Math.min(backOff.maxMs, backOff.initialMs * 2 ** attempt);
