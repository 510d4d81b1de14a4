// How long to wait before the next attempt. Full jitter: a thousand terminals that lost one broker do not all reconnect
// at the same moment.

export interface BackOff {
  /** Upper bound of the wait after the first failure, in ms; greater than 0. It doubles with each further failure. */
  initialMs: number;
  /** Upper bound of every wait, in ms. */
  maxMs: number;
}

/** ms to wait after failure number `attempt` (from 0): in [0, min(maxMs, initialMs * 2^attempt)). `random` is in [0, 1). */
export const jitteredMs = ({ initialMs, maxMs }: BackOff, attempt: number, random: () => number): number =>
  random() * Math.min(maxMs, initialMs * 2 ** attempt);
