import type { Clock } from '../../../src/core/clock.ts';
import type { ConvergeOptions, ReportItem } from '../../../src/index.ts';

/** A clock that moves only when told to. */
export class FakeClock implements Clock {
  ms = 1000;

  now(): number {
    return this.ms;
  }

  monotonic(): number {
    return this.ms;
  }
}

/** Options of a run in which nothing is there and everything can be made. */
export const ABSENT: Pick<ConvergeOptions<unknown>, 'look' | 'act'> = {
  look: () => false,
  act: () => {},
};

/** Options of a run in which everything is there. */
export const PRESENT: Pick<ConvergeOptions<unknown>, 'look' | 'act'> = {
  look: () => true,
  act: () => {},
};

/** The numbers from 0, without their end. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** "a created", for short expectations. */
export function inShort({ item, outcome }: ReportItem): string {
  return `${item} ${outcome}`;
}

/** Resolves when all that is under way in promises alone has come to rest. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
