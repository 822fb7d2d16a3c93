import { hash } from 'node:crypto';
import type { Interruption } from './interruption.ts';

/** One run of an operation's function. */
export interface Attempt {
  /** The call's key. */
  readonly key: string;
  /** The fence: 1, and one more with each attempt for this key. A remote side that keeps the highest one it saw can refuse an attempt that was overtaken. */
  readonly number: number;
  /** Aborted before another attempt may begin, and when the ledger is closed. */
  readonly signal: AbortSignal;
  /**
   * Asks the store whether this attempt still has the key: call it after a long pause and before an
   * effect.
   * @throws ERR_RUNTWICE_LEASE_LOST where another attempt took it over.
   */
  assertOwned(): Promise<void>;
  /**
   * A key to pass on to a remote side that honours idempotency keys: 43 characters of base64url, the
   * same in every attempt for this key, another for each name, namespace, scope, operation and key.
   */
  keyFor(name: string): string;
  /**
   * Runs a part of the work once: its result is recorded with the key, and a later attempt gets it
   * without running the part again. Only in operations with `steps: true`.
   *
   * Run twice: a step that finished is not run again. One that was interrupted follows its own
   * `ifInterrupted`, by default `'stop'`: the key is then `unknown`.
   * @throws ERR_RUNTWICE_STEP_REPEATED where the attempt had a step of that name already.
   */
  step<Value>(
    name: string,
    run: (key: string) => Value | Promise<Value>,
    options?: StepOptions<Value>,
  ): Promise<Value>;
  /**
   * Counts a child process as a part of this attempt: while it runs, nobody on this host takes the
   * attempt for interrupted, even when our process was killed. Linux only.
   */
  attach(pid: number): Promise<void>;
}

export interface StepOptions<Value> {
  /** As for an operation; a `'stop'` step, the default, costs a second write before it runs. */
  ifInterrupted?: Interruption<string, Value>;
}

/** The key for a remote side: the same for the same identity, generation and name. */
export function remoteKey(id: string, generation: number, name: string): string {
  return hash('sha256', JSON.stringify([generation, name, id]), 'base64url');
}
