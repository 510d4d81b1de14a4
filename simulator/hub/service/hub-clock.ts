// The hub's clock. It is injected, so that a test can move it.

export interface HubClock {
  /** Monotonic milliseconds: for deadlines. */
  now(): number;
  /** Milliseconds since 1970 UTC: for dates on paper, validity of certificates, and codes that outlive a restart. */
  wall(): number;
}

export const systemHubClock: HubClock = { now: () => performance.now(), wall: () => Date.now() };
