import type { Attempt } from './attempt.ts';

/** What a look at the world says about an effect. */
export type LookedUp<Value> = { happened: true; value: Value } | { happened: false } | 'unknown';

/** What to do about an attempt that ended without saying how. */
export type Interruption<Input, Value> =
  | 'stop'
  | 'rerun'
  | ((input: Input, attempt: Attempt) => LookedUp<Value> | Promise<LookedUp<Value>>);
