import { RuntwiceError } from '../core/errors.ts';
import type { Attempt, StepOptions } from './attempt.ts';
import { decode, encode, NOT_KEPT } from './codec.ts';
import { isNeverConnected, isNothingHappened, resultNotKept } from './errors.ts';
import type { LookedUp } from './interruption.ts';
import { MAX_PROGRESS_SIZE, MAX_STEPS, type Progress, progressText } from './progress.ts';
import type { StoredResult } from './store/types.ts';

/** Thrown inside an attempt by a step that was interrupted and must not be repeated. */
export class StepUnknown extends Error {
  constructor(step: string, cause?: unknown) {
    super(`the step ${step} was interrupted`, { cause });
  }
}

/** The steps of one attempt. */
export class Steps {
  readonly #progress: Progress;
  readonly #save: () => Promise<void>;
  readonly #named = new Set<string>();

  /** `save` writes the progress as it then is, durably. */
  constructor(progress: Progress, save: () => Promise<void>) {
    this.#progress = progress;
    this.#save = save;
  }

  /** Whether a step that must not be repeated is, or was left, half-way. */
  get isUnderway(): boolean {
    return [...this.#progress.steps.values()].includes('started');
  }

  /** The step's recorded result, or that of running it now. */
  async run<Value>(
    name: string,
    run: (key: string) => Value | Promise<Value>,
    { ifInterrupted = 'stop' }: StepOptions<Value>,
    key: string,
    attempt: Attempt,
  ): Promise<Value> {
    this.#take(name);
    const before = this.#progress.steps.get(name);
    if (before !== undefined && before !== 'started') return recorded(name, before) as Value;
    if (before === 'started') {
      const looked = await lookUp(ifInterrupted, key, attempt);
      if (looked === 'unknown') throw new StepUnknown(name);
      if (looked.happened) return this.#finish(name, looked.value);
    } else if (ifInterrupted !== 'rerun') {
      await this.#begin(name);
    }
    return this.#finish(name, await this.#act(name, () => run(key)));
  }

  async #begin(name: string): Promise<void> {
    this.#progress.steps.set(name, 'started');
    try {
      await this.#save();
    } catch (error) {
      // It has not begun, whatever is recorded by now: the end of the attempt is recorded after it.
      this.#progress.steps.delete(name);
      throw error;
    }
  }

  async #act<Value>(name: string, run: () => Value | Promise<Value>): Promise<Value> {
    try {
      return await run();
    } catch (error) {
      if (isNothingHappened(error) || isNeverConnected(error)) this.#progress.steps.delete(name);
      throw error;
    }
  }

  async #finish<Value>(name: string, value: Value): Promise<Value> {
    const { steps } = this.#progress;
    steps.set(name, encodeIfPossible(value));
    if (progressText(this.#progress).length > MAX_PROGRESS_SIZE) steps.set(name, NOT_KEPT);
    await this.#save();
    return value;
  }

  #take(name: string): void {
    if (this.#named.has(name)) throw stepRepeated(name);
    if (this.#named.size >= MAX_STEPS) throw tooManySteps(name);
    this.#named.add(name);
  }
}

/** The step's effect has happened: that its value cannot be kept must not make it happen again. */
function encodeIfPossible(value: unknown): StoredResult {
  try {
    return encode(value);
  } catch {
    return NOT_KEPT;
  }
}

function recorded(name: string, result: StoredResult): unknown {
  if (result.codec === NOT_KEPT.codec) throw resultNotKept(`the step ${name}`);
  return decode(result);
}

async function lookUp<Value>(
  policy: NonNullable<StepOptions<Value>['ifInterrupted']>,
  key: string,
  attempt: Attempt,
): Promise<LookedUp<Value>> {
  if (policy === 'stop') return 'unknown';
  return policy === 'rerun' ? { happened: false } : policy(key, attempt);
}

function stepRepeated(name: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_STEP_REPEATED',
    `the attempt has two steps named ${name}`,
    { fix: 'Give every step of an operation a name of its own.' },
  );
}

function tooManySteps(name: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_TOO_MANY_STEPS',
    `there is no room for the step ${name}: a record holds ${MAX_STEPS}`,
    { fix: 'The step was not run. Make keys of their own for parts of the work.' },
  );
}
