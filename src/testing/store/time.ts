import assert from 'node:assert/strict';
import type { Clock } from '../../core/clock.ts';

/** A store that rounds to milliseconds may be off by this much; one with the suite's clock is exact. */
const ROUNDING_MS = 5;

/** The time of one case: a clock that stands still until it is told, or the store's own. */
export class CaseTime {
  readonly #advance: ((ms: number) => Promise<void>) | undefined;
  readonly #beganAt = performance.now();
  #now = 1_700_000_000_000;

  constructor(advance: ((ms: number) => Promise<void>) | undefined) {
    this.#advance = advance;
  }

  readonly clock: Clock = { now: () => this.#now, monotonic: () => this.#now };

  /** Lets so much time pass. */
  async advance(ms: number): Promise<void> {
    this.#now += ms;
    await this.#advance?.(ms);
  }

  /** How long ago something was, by the store: as expected, and what the case itself took. */
  expectAge(actual: number, expected: number): void {
    const { tookMs, roundingMs } = this.#slack();
    expectBetween(actual, expected - roundingMs, expected + tookMs + roundingMs);
  }

  /** How long something lasts still, by the store. */
  expectLeft(actual: number, expected: number): void {
    const { tookMs, roundingMs } = this.#slack();
    expectBetween(actual, expected - tookMs - roundingMs, expected + roundingMs);
  }

  #slack(): { tookMs: number; roundingMs: number } {
    if (this.#advance === undefined) return { tookMs: 0, roundingMs: 0 };
    return { tookMs: performance.now() - this.#beganAt, roundingMs: ROUNDING_MS };
  }
}

function expectBetween(actual: number, least: number, most: number): void {
  const what = least === most ? `${least} ms` : `${least} to ${most} ms`;
  assert.ok(actual >= least && actual <= most, `expected ${what}, got ${actual} ms`);
}
