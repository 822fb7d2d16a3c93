import { RuntwiceError } from '../core/errors.ts';
import { type Attempt, remoteKey, type StepOptions } from './attempt.ts';
import type { Call, End } from './call.ts';
import { Ending } from './ending.ts';
import { isFinalError, isNeverConnected, isNothingHappened } from './errors.ts';
import { findProcess } from './host.ts';
import type { Interruption, LookedUp } from './interruption.ts';
import { type Lease, leaseLost } from './lease.ts';
import { processText } from './owner.ts';
import type { Parts } from './parts.ts';
import { type Progress, parseProgress, progressText } from './progress.ts';
import { Steps, StepUnknown } from './steps.ts';
import type { StoredRecord } from './store/types.ts';

/** Runs an operation's function under a claim that is held, and records how it ended. */
export class AttemptRun implements Attempt {
  readonly #call: Call;
  readonly #record: StoredRecord;
  readonly #lease: Lease;
  readonly #parts: Parts;
  readonly #progress: Progress;
  /** Only in operations that have steps. */
  readonly #steps: Steps | undefined;
  readonly #ending: Ending;
  /** Whether an effect of an earlier attempt may have happened, and nothing has told yet. */
  #isInDoubt: boolean;
  #saving: Promise<unknown> = Promise.resolve();

  /** `interrupted`: an earlier attempt ended without saying how. */
  constructor(call: Call, record: StoredRecord, lease: Lease, parts: Parts, interrupted: boolean) {
    this.#call = call;
    this.#record = record;
    this.#lease = lease;
    this.#parts = parts;
    this.#progress = parseProgress(record.progress);
    this.#progress.processes = [];
    this.#steps = call.steps ? new Steps(this.#progress, () => this.#saveProgress()) : undefined;
    this.#ending = new Ending(call, record, lease, parts, this.#progress);
    this.#isInDoubt = interrupted && !call.steps;
  }

  get key(): string {
    return this.#call.identity.key;
  }

  get number(): number {
    return this.#record.attempt;
  }

  get signal(): AbortSignal {
    return this.#lease.signal;
  }

  async assertOwned(): Promise<void> {
    if (await this.#parts.leases.check(this.#lease)) return;
    throw leaseLost('another attempt took it over');
  }

  keyFor(name: string): string {
    return remoteKey(this.#call.id, this.#progress.generation, name);
  }

  async step<Value>(
    name: string,
    run: (key: string) => Value | Promise<Value>,
    options: StepOptions<Value> = {},
  ): Promise<Value> {
    if (this.#steps === undefined) throw stepsNotDeclared(this.#call.identity.operation);
    return this.#steps.run(name, run, options, this.keyFor(`step ${name}`), this);
  }

  async attach(pid: number): Promise<void> {
    const found = findProcess(pid);
    if (found === undefined) return;
    this.#progress.processes.push(processText(found));
    await this.#saveProgress();
  }

  /** Runs to the end. Never rejects. */
  async run(): Promise<End> {
    const { ifInterrupted, input, run } = this.#call;
    if (this.#isInDoubt && typeof ifInterrupted === 'function') {
      const looked = await this.#look(ifInterrupted);
      if (looked === 'unknown') return this.#ending.unknown();
      if (looked.happened) return this.#ending.found(looked.value);
      this.#isInDoubt = false;
    }
    try {
      return await this.#ending.value(await run(input, this));
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** A look that fails has seen nothing: only what it returns may clear the doubt. */
  async #look(look: Exclude<Interruption<unknown, unknown>, string>): Promise<LookedUp<unknown>> {
    try {
      return await look(this.#call.input, this);
    } catch {
      return 'unknown';
    }
  }

  #failed(error: unknown): Promise<End> {
    if (isFinalError(error)) return this.#ending.final(error);
    if (this.#nothingHappened(error)) {
      if (isNothingHappened(error) && error.newRemoteKey) this.#progress.generation += 1;
      return this.#ending.released(error, this.#isInDoubt);
    }
    return this.#ending.unknown(error);
  }

  #nothingHappened(error: unknown): boolean {
    if (this.#steps === undefined) return isNothingHappened(error) || isNeverConnected(error);
    return !(error instanceof StepUnknown) && !this.#steps.isUnderway;
  }

  /** One write after the other: each holds all that was known when it was made. */
  #saveProgress(): Promise<void> {
    const saved = this.#saving.then(() => this.#writeProgress());
    this.#saving = saved.catch(() => {});
    return saved;
  }

  async #writeProgress(): Promise<void> {
    const { id } = this.#call;
    const { owner } = this.#lease;
    const progress = progressText(this.#progress);
    const at = await this.#parts.store.update({ id, owner, state: 'running', progress });
    if (at === undefined) throw leaseLost('another attempt took it over');
  }
}

function stepsNotDeclared(operation: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `${operation} has a step, but was not made with steps: true`,
    { fix: 'Say steps: true in the options: the code outside of steps is then run again.' },
  );
}
