import type { Turns, Who } from './run.ts';
import type { Step } from './turns.ts';

/** The part of fast-check that is used, from version 3 on: the module as it is imported. */
export interface FastCheck {
  scheduler(): unknown;
  asyncProperty(
    arbitrary: never,
    predicate: (scheduler: FastCheckScheduler) => Promise<boolean>,
  ): unknown;
  check(property: never, parameters: { numRuns: number; seed?: number }): unknown;
}

/** Lets promises that wait for their turn go on in an order of its own. */
export interface FastCheckScheduler {
  schedule(task: Promise<void>, label?: string): Promise<void>;
  waitFor<T>(task: Promise<T>): Promise<T>;
}

/** What a search came to. */
export interface Search {
  readonly isFailed: boolean;
  /** How many orders were tried; the last one failed, if one did. */
  readonly tried: number;
  readonly seed: number;
}

/** Tries orders of two runs; `isFine` says whether two that took such turns did no harm. */
export async function search(
  {
    fastCheck,
    schedules,
    seed,
  }: { fastCheck: FastCheck; schedules: number; seed: number | undefined },
  isFine: (turns: ScheduledTurns) => Promise<boolean>,
): Promise<Search> {
  const thrown: unknown[] = [];
  // What observe or reset throws is no order that does harm.
  const predicate = (scheduler: FastCheckScheduler): Promise<boolean> =>
    isFine(new ScheduledTurns(scheduler)).catch((error: unknown) => {
      thrown.push(error);
      return false;
    });
  const property = fastCheck.asyncProperty(fastCheck.scheduler() as never, predicate);
  const parameters = { numRuns: schedules, ...(seed !== undefined && { seed }) };
  const details = (await fastCheck.check(property as never, parameters)) as Details;
  if (thrown.length > 0) throw thrown[0];
  return { isFailed: details.failed, tried: details.numRuns, seed: details.seed };
}

interface Details {
  readonly failed: boolean;
  readonly numRuns: number;
  readonly seed: number;
}

export class ScheduledTurns implements Turns {
  readonly steps: Step[] = [];
  readonly #scheduler: FastCheckScheduler;

  constructor(scheduler: FastCheckScheduler) {
    this.#scheduler = scheduler;
  }

  async take(who: Who, step: string): Promise<void> {
    await this.#scheduler.schedule(Promise.resolve(), `${who}: ${step}`);
    this.steps.push({ who, step });
  }

  /** The scheduler waits for nobody by name. */
  leave(): void {}

  waitFor<T>(task: Promise<T>): Promise<T> {
    return this.#scheduler.waitFor(task);
  }
}
