import type { RuntwiceError } from '../core/errors.ts';
import type { Identity } from '../core/key.ts';
import type { Attempt } from './attempt.ts';
import type { ResultCodec } from './codec.ts';
import type { FinalError } from './errors.ts';
import type { Interruption } from './interruption.ts';
import type { TimesMs } from './options.ts';
import type { StoredResult } from './store/types.ts';

/** What an operation's function is. */
export type Run<Input, Value> = (input: Input, attempt: Attempt) => Value | Promise<Value>;

/** What a call is about, checked. */
export interface KeyedCall<Input = unknown> {
  readonly id: string;
  readonly identity: Identity;
  readonly input: Input;
  readonly fingerprint: string;
  readonly times: TimesMs;
}

/** How the calls of an operation are made; the operation's options, complete. */
export interface Manner<Input = unknown, Value = unknown> {
  readonly times: TimesMs;
  readonly ifInterrupted: Interruption<Input, Value>;
  readonly steps: boolean;
  readonly codec: ResultCodec<Value> | undefined;
}

/** A call, checked and complete. */
export interface Call<Input = unknown, Value = unknown>
  extends KeyedCall<Input>,
    Manner<Input, Value> {
  readonly run: Run<Input, Value>;
  /** Ends the caller's waiting. */
  readonly signal: AbortSignal | undefined;
}

/** When and by which attempt a result came about. */
export interface Facts {
  readonly attempt: number;
  /** When the key was seen first, and when it was finished: milliseconds by the store's clock. */
  readonly firstAt: number;
  readonly finishedAt: number;
}

/** The result is there: this run's value, or what is recorded. */
export interface ValueEnd extends Facts {
  readonly kind: 'value';
  readonly stored: StoredResult;
  /** The value that this run returned; absent where it was found recorded. */
  readonly fresh?: { readonly value: unknown } | undefined;
}

/** The recorded failure. */
export interface FailedEnd extends Facts {
  readonly kind: 'failed';
  readonly stored: StoredResult;
  readonly fresh?: { readonly error: FinalError } | undefined;
}

/** There is no result; whoever comes next may find another end. */
export interface NoEnd {
  readonly kind: 'none';
  readonly outcome: 'failed' | 'differs' | 'busy' | 'unknown';
  readonly error: unknown;
  /** Holds for everybody who asks now, not for this caller alone. */
  readonly forAll: boolean;
}

/** How a call ended, before each caller gets its own copy. */
export type End = ValueEnd | FailedEnd | NoEnd;

export function noEnd(outcome: NoEnd['outcome'], error: RuntwiceError, forAll = true): NoEnd {
  return { kind: 'none', outcome, error, forAll };
}
