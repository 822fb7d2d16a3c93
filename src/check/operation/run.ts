// One run of an operation, which can be killed before and after each of its effects.
import { setImmediate as turn } from 'node:timers/promises';
import type { EffectCall, EffectRun } from './effects.ts';
import type { EffectMoment } from './moments.ts';

/** A call that was made. */
export interface Made extends EffectCall {
  /** Counts those that change something, from 1 on. */
  readonly number: number | undefined;
  /** Whether it was passed on. */
  isDone: boolean;
}

/** How a run ended. */
export interface Ended {
  readonly how: 'done' | 'threw' | 'killed' | 'timed out';
  readonly error: unknown;
  readonly calls: readonly Made[];
}

/** Who decides which of several runs goes on. */
export interface Turns {
  /** Resolves when this step of a run may happen. */
  take(who: Who, step: string): Promise<void>;
  /** The run takes no further steps. */
  leave(who: Who): void;
}

export type Who = 'a' | 'b';

export interface RunOptions {
  readonly timeoutMs: number;
  readonly kill?: EffectMoment | undefined;
  readonly who?: Who;
  readonly turns?: Turns | undefined;
}

export class OperationRun implements EffectRun {
  readonly calls: Made[] = [];
  readonly #options: RunOptions;
  readonly #strays: Set<string>;
  readonly #tidy: (() => unknown)[] = [];
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #killed = Promise.withResolvers<'killed'>();
  #isOver = false;
  #isEnded = false;

  /** `strays` gets what it calls after its end. */
  constructor(options: RunOptions, strays: Set<string>) {
    this.#options = options;
    this.#strays = strays;
  }

  onKilled(tidy: () => unknown): void {
    this.#tidy.push(tidy);
  }

  async effect<R>(call: EffectCall, act: () => R | PromiseLike<R>): Promise<R> {
    if (this.#isEnded) this.#strays.add(call.text);
    if (this.#isOver) return never();
    const made: Made = { ...call, number: this.#numberOf(call), isDone: false };
    this.calls.push(made);
    await this.#step(`${call.text} is asked for`);
    this.#dieAt('before', made);
    if (this.#isOver) return never();
    made.isDone = true;
    const answer = (async () => act())();
    await this.#track(answer);
    this.#dieAt('after', made);
    if (this.#isOver) return never();
    await this.#step(`${call.text} is answered`);
    return answer;
  }

  /** Runs it to its end, or to its death. What was under way then still happens, as what was sent does. */
  async run(operation: () => unknown): Promise<Ended> {
    const { timeoutMs, who = 'a', turns } = this.#options;
    const late = Promise.withResolvers<'timed out'>();
    const timer = setTimeout(() => late.resolve('timed out'), timeoutMs);
    let error: unknown;
    const ended = (async () => operation())().then(
      () => 'done' as const,
      (thrown: unknown) => {
        error ??= thrown;
        return 'threw' as const;
      },
    );
    const how = await Promise.race([ended, this.#killed.promise, late.promise]);
    // A run that died stays dead, whatever its own promise does later.
    const isAlive = how === 'done' || how === 'threw';
    if (!isAlive) this.#isOver = true;
    await Promise.race([this.#settle(), late.promise]);
    clearTimeout(timer);
    this.#isEnded = isAlive;
    this.#isOver = true;
    turns?.leave(who);
    if (!isAlive) for (const tidy of this.#tidy) await tidy();
    return { how, error, calls: this.calls };
  }

  #numberOf({ reads = false }: EffectCall): number | undefined {
    if (reads) return undefined;
    return this.calls.filter(({ number }) => number !== undefined).length + 1;
  }

  #dieAt(when: EffectMoment['when'], { number }: Made): void {
    const { kill } = this.#options;
    if (this.#isOver || kill === undefined) return;
    if (kill.when !== when || kill.number !== number) return;
    this.#isOver = true;
    this.#killed.resolve('killed');
  }

  async #step(step: string): Promise<void> {
    const { turns, who = 'a' } = this.#options;
    if (turns !== undefined) await this.#track(turns.take(who, step));
  }

  /** Resolves when it has ended, well or not. */
  #track(work: Promise<unknown>): Promise<unknown> {
    const settled = work
      .catch(() => {})
      .finally(() => {
        this.#inFlight.delete(settled);
      });
    this.#inFlight.add(settled);
    return settled;
  }

  /** Waits for effects under way, and for those that follow from them. */
  async #settle(): Promise<void> {
    do {
      await Promise.all(this.#inFlight);
      await turn();
    } while (this.#inFlight.size > 0);
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
