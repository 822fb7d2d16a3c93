import { type Clock, systemClock } from '../../../core/clock.ts';
import { systemTimers, type Timers } from '../../../core/timers.ts';

/** What the client takes from the machine it runs on; tests give their own. */
export interface Surroundings {
  readonly clock: Clock;
  readonly timers: Timers;
  /** From 0 up to 1. */
  random(): number;
  /** Another text at each call. */
  newKey(): string;
}

export const systemSurroundings: Surroundings = {
  clock: systemClock,
  timers: systemTimers,
  random: Math.random,
  newKey: () => crypto.randomUUID(),
};
