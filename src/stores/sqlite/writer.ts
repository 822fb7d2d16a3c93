import type { DatabaseSync } from 'node:sqlite';
import { sleep, type Timers } from '../../core/timers.ts';

/** SQLite's own waiting starves all processes but one (measured); these delays share fairly. */
const RETRY_MIN_MS = 0.2;
const RETRY_SPREAD_MS = 1.5;

const SQLITE_BUSY = 5;

interface Job {
  readonly work: () => void;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Writes in transactions: what comes together shares one, and so one wait for the disk. */
export class Writer {
  readonly #db: DatabaseSync;
  readonly #timers: Timers;
  #jobs: Job[] = [];
  #isPlanned = false;

  constructor(db: DatabaseSync, timers: Timers) {
    this.#db = db;
    this.#timers = timers;
  }

  /** Runs the work in a transaction; its answer is there once that is durable. */
  write<Answer>(work: () => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      let answer: Answer;
      this.#jobs.push({
        work: () => {
          answer = work();
        },
        done: () => resolve(answer),
        failed: reject,
      });
      if (this.#isPlanned) return;
      this.#isPlanned = true;
      queueMicrotask(() => this.#commit());
    });
  }

  #commit(): void {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
    } catch (error) {
      if (isBusy(error)) this.#later();
      else fail(this.#take(), error);
      return;
    }
    const jobs = this.#take();
    try {
      for (const { work } of jobs) work();
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#rollBack();
      fail(jobs, error);
      return;
    }
    for (const { done } of jobs) done();
  }

  #take(): Job[] {
    const jobs = this.#jobs;
    this.#jobs = [];
    this.#isPlanned = false;
    return jobs;
  }

  #later(): void {
    this.#timers.after(retryMs(), () => this.#commit());
  }

  #rollBack(): void {
    // A full disk may have rolled back already.
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
  }
}

function fail(jobs: readonly Job[], error: unknown): void {
  for (const { failed } of jobs) failed(error);
}

function retryMs(): number {
  return RETRY_MIN_MS + Math.random() * RETRY_SPREAD_MS;
}

/**
 * Reads. While another process repairs the file after a crash, it has the file to itself: then again,
 * until it has done so.
 */
export async function unlessBusy<Answer>(timers: Timers, work: () => Answer): Promise<Answer> {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    await sleep(timers, retryMs());
  }
}

export function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  return (code & 0xff) === SQLITE_BUSY;
}
