/** Where the time comes from: a parameter, so that tests decide it. */
export interface Clock {
  /** Milliseconds since 1970 (UTC). May jump. */
  now(): number;
  /** Milliseconds from some fixed moment. Never goes back. */
  monotonic(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
