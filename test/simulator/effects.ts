import type { Attempt } from '../../src/once/attempt.ts';
import type { LookedUp } from '../../src/once/interruption.ts';
import type { Code } from './code.ts';
import type { EffectFate } from './plan.ts';
import type { Actor, World } from './world.ts';

/** The result of an effect: no two have the same. */
export interface Result {
  readonly run: number;
}

/** What really happened, by key. */
export class Effects {
  readonly happened: Map<string, Result[]> = new Map();
  /** Functions that have begun in a process that still lives and have not ended. */
  readonly underway: Map<string, Set<Actor>> = new Map();
  readonly #world: World;
  readonly #code: Code;
  readonly #fates: EffectFate[];
  #runs = 0;

  constructor(world: World, code: Code, fates: readonly EffectFate[]) {
    this.#world = world;
    this.#code = code;
    this.#fates = [...fates];
  }

  of(key: string): readonly Result[] {
    return this.happened.get(key) ?? [];
  }

  isUnderway(key: string): boolean {
    return [...(this.underway.get(key) ?? [])].some((actor) => !actor.isDead);
  }

  /** Whether it happened, for those who can see it. */
  look(key: string): LookedUp<Result> {
    const [first] = this.of(key);
    return first === undefined ? { happened: false } : { happened: true, value: first };
  }

  /** An effect of that process; what the plan says may go wrong with it. */
  act(key: string, actor: Actor, attempt: Attempt, slow: number): Promise<Result> {
    const fate = this.#fates.shift() ?? 'works';
    const running = this.underway.get(key) ?? new Set();
    this.underway.set(key, running.add(actor));
    const { random } = this.#world;
    const latency = (): number =>
      random.chance(slow) ? random.between(1000, 6000) : random.between(0, 100);
    return new Promise<Result>((resolve, reject) => {
      this.#world.after(latency(), actor, () => {
        // An effect that listens does not begin once its claim is in doubt.
        if (attempt.signal.aborted && random.chance(0.5)) return reject(attempt.signal.reason);
        const result = { run: ++this.#runs };
        if (fate === 'works' || fate === 'fails-after') this.#record(key, result);
        this.#world.after(latency(), actor, () => this.#end(fate, result, resolve, reject));
      });
    }).finally(() => running.delete(actor));
  }

  #record(key: string, result: Result): void {
    this.happened.set(key, [...this.of(key), result]);
  }

  #end(
    fate: EffectFate,
    result: Result,
    resolve: (result: Result) => void,
    reject: (error: Error) => void,
  ): void {
    const { NothingHappened, FinalError } = this.#code.errors;
    if (fate === 'works') resolve(result);
    else if (fate === 'nothing') reject(new NothingHappened('declined'));
    else if (fate === 'final') reject(new FinalError('declined for good'));
    else reject(new Error('the connection was lost'));
  }
}
