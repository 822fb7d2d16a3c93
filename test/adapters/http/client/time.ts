import type { Surroundings } from '../../../../src/adapters/http/client/surroundings.ts';
import type { Clock } from '../../../../src/core/clock.ts';
import type { Timers } from '../../../../src/core/timers.ts';

interface Pending {
  readonly ms: number;
  readonly fire: () => void;
}

/**
 * Time that passes only when a test lets it. Delays of 0 are over at once; `random` decides how much of
 * a delay is left of what it could be.
 */
export class HandTime implements Surroundings {
  ms = 1_000_000;
  jitter = 0;
  keys = 0;
  /** What has not fired, and was not called off. */
  readonly pending: Set<Pending> = new Set();
  #added: () => void = () => {};

  readonly clock: Clock = { now: () => this.ms, monotonic: () => this.ms };

  readonly timers: Timers = {
    after: (ms, callback) => {
      const timer = { ms, fire: callback };
      this.pending.add(timer);
      if (ms === 0) setImmediate(() => this.#fire(timer));
      this.#added();
      return () => this.pending.delete(timer);
    },
  };

  random(): number {
    return this.jitter;
  }

  newKey(): string {
    return `key-${++this.keys}`;
  }

  /** Waits until somebody waits for so long, and lets it pass. */
  async pass(ms: number): Promise<void> {
    const timer = await this.timerOf(ms);
    this.ms += ms;
    this.#fire(timer);
  }

  async timerOf(ms: number): Promise<Pending> {
    for (;;) {
      const timer = [...this.pending].find((one) => one.ms === ms);
      if (timer !== undefined) return timer;
      await new Promise<void>((resolve) => {
        this.#added = resolve;
      });
    }
  }

  #fire(timer: Pending): void {
    if (this.pending.delete(timer)) timer.fire();
  }
}
