import { type Clock, systemClock } from '../core/clock.ts';
import { systemTimers, type Timers } from '../core/timers.ts';
import { isOwnerAlive, newOwner } from './owner.ts';

/** What a ledger takes from the machine it runs on; the simulator gives its own. */
export interface Surroundings {
  readonly clock: Clock;
  readonly timers: Timers;
  newOwner(): string;
  isOwnerAlive(owner: string, also: readonly string[]): boolean | undefined;
}

export const systemSurroundings: Surroundings = {
  clock: systemClock,
  timers: systemTimers,
  newOwner,
  isOwnerAlive,
};
