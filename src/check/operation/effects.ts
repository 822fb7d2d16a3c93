// How an operation is given its effects: as ports, which stand for the real ones while it is checked.

/** One call of an effect. */
export interface EffectCall {
  /** `charge('o1', 42)`, as reports tell it; what reads the same is the same call. */
  readonly text: string;
  /** Changes nothing, so there is no need to kill the operation there. */
  readonly reads?: boolean;
  /** Is done each time it is asked for, so a second one is a repeated effect whatever `observe` gives. */
  readonly once?: boolean;
  /** With `once`: the other side does it once only for all calls with this key. */
  readonly key?: string | undefined;
}

/** One run of an operation, as its ports see it. */
export interface EffectRun {
  /** Does one effect, unless the run is dead: then it stays pending for ever, and nothing is done. */
  effect<R>(call: EffectCall, act: () => R | PromiseLike<R>): Promise<R>;
  /** What the system would do at the death of the process: close connections, for example. */
  onKilled(tidy: () => unknown): void;
}

/** An effect with a port of its own making, such as a client of a database with connections. */
export class EffectPort<T> {
  /** Makes what one run is given. */
  readonly make: (run: EffectRun) => T;

  constructor(make: (run: EffectRun) => T) {
    this.make = make;
  }
}

/** The effects by name: functions, objects of functions (also nested ones), or an {@link EffectPort}. */
export type Effects = Readonly<Record<string, object>>;

/** What the operation is given: the same, with each function answering by a promise. */
export type Ports<E> = { readonly [K in keyof E]: Port<E[K]> };

export type Port<T> =
  T extends EffectPort<infer Given>
    ? Given
    : T extends (...args: never[]) => PromiseLike<unknown>
      ? T
      : T extends (...args: infer Args) => infer Answer
        ? (...args: Args) => Promise<Answer>
        : T extends object
          ? { readonly [K in keyof T]: Port<T[K]> }
          : T;

/** Names of functions among the effects: `charge`, `stripe.charges.create`. */
export type EffectName<E> = {
  [K in keyof E & string]: E[K] extends EffectPort<unknown>
    ? never
    : E[K] extends (...args: never[]) => unknown
      ? K
      : `${K}.${string}`;
}[keyof E & string];
