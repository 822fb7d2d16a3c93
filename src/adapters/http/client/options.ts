import { type Duration, durationMs } from '../../../core/duration.ts';
import { RuntwiceError } from '../../../core/errors.ts';
import type { AttemptEvent, RetryEvent, UnconfirmedEvent } from './events.ts';
import type { KeyStore } from './keys.ts';

/** What a `fetch` is called with, and answers. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface RetryingFetchOptions {
  /** How often a request is sent at most, the first time included; default 5. */
  attempts?: number;
  /**
   * How long all attempts and the delays between them may take; default 60 s, at most 24 days. Keep it
   * well under the time for which the server remembers keys.
   */
  deadline?: Duration;
  /**
   * How long one attempt may take; default 30 s. With a key: until the whole answer is there, or more
   * of it than `maxBufferedBody`; else until its headers are.
   */
  timeout?: Duration;
  /** The first delay is random, from 0 to this; default 500 ms. It doubles with each attempt. */
  minDelay?: Duration;
  /** No delay is longer, unless the server asks for it by `Retry-After`; default 8 s. */
  maxDelay?: Duration;
  /** Whether a POST or PATCH that has no key gets one; default true. Without, it is sent once only. */
  key?: boolean;
  /** The header that carries the key; default `Idempotency-Key`. */
  keyHeader?: string;
  /** Whether the key is sent in quotes, as RFC 9651 writes a String; default true. */
  quoted?: boolean;
  /** Where the keys of work items are kept; see `workId`. */
  keys?: KeyStore;
  /**
   * An answer to a request with a key is read to its end before it is given out, so that one that is
   * cut off is asked for again, up to so many bytes; default 1 MiB. A longer one is passed on as it comes,
   * and with 0 (for event streams) every one is.
   */
  maxBufferedBody?: number;
  /** A request's body is kept to be sent again; one of more bytes is refused. Default 16 MiB. */
  maxRequestBody?: number;
  /** What sends a request, and ends when its `signal` is aborted; default the global `fetch`. */
  fetch?: Fetch;
  /** Hears of each attempt, before it is made. */
  onAttempt?: (event: AttemptEvent) => void;
  /** Hears that an attempt came to nothing and another follows, before the delay. */
  onRetry?: (event: RetryEvent) => void;
  /**
   * Hears, once for each origin, that a request with a key succeeded and nothing in the answer says
   * that the server knows of keys: it may do everything again that is sent again.
   */
  onUnconfirmed?: (event: UnconfirmedEvent) => void;
}

/** The options, checked, with what is meant where nothing is said. */
export interface Settings {
  readonly attempts: number;
  readonly deadlineMs: number;
  readonly timeoutMs: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly makesKeys: boolean;
  readonly keyHeader: string;
  readonly isQuoted: boolean;
  readonly keys: KeyStore | undefined;
  readonly maxBufferedBody: number;
  readonly maxRequestBody: number;
  readonly fetch: Fetch;
  readonly onAttempt: (event: AttemptEvent) => void;
  readonly onRetry: (event: RetryEvent) => void;
  readonly onUnconfirmed: (event: UnconfirmedEvent) => void;
}

/** A timer of more than 2^31 ms fires at once. */
const MAX_DEADLINE_MS = 24 * 86_400_000;
const MIB = 1_048_576;
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/u;

/** @throws ERR_RUNTWICE_INVALID_ARGUMENT where one cannot be used. */
export function settled(options: RetryingFetchOptions): Settings {
  const { attempts = 5, keyHeader = 'Idempotency-Key' } = options;
  if (!Number.isInteger(attempts) || attempts < 1) {
    throw wrong(`attempts is no number of them: ${attempts}`, 'a whole number from 1 up');
  }
  if (!TOKEN.test(keyHeader)) {
    throw wrong(`keyHeader is no name of a header: ${keyHeader}`, 'such as Idempotency-Key');
  }
  return {
    attempts,
    deadlineMs: limitMs(options.deadline ?? '60s', 'deadline'),
    timeoutMs: limitMs(options.timeout ?? '30s', 'timeout'),
    minDelayMs: durationMs(options.minDelay ?? '500ms', 'minDelay'),
    maxDelayMs: durationMs(options.maxDelay ?? '8s', 'maxDelay'),
    makesKeys: options.key ?? true,
    keyHeader,
    isQuoted: options.quoted ?? true,
    keys: options.keys,
    maxBufferedBody: bytes(options.maxBufferedBody ?? MIB, 'maxBufferedBody'),
    maxRequestBody: bytes(options.maxRequestBody ?? 16 * MIB, 'maxRequestBody'),
    // Looked up at each call: tests and tracers replace it.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    onAttempt: unheard(options.onAttempt),
    onRetry: unheard(options.onRetry),
    onUnconfirmed: unheard(options.onUnconfirmed),
  };
}

function limitMs(duration: Duration, name: string): number {
  const ms = durationMs(duration, name);
  if (ms >= 1 && ms <= MAX_DEADLINE_MS) return ms;
  throw wrong(`${name} is ${ms} ms`, 'from 1 ms to 24 days');
}

function bytes(count: number, name: string): number {
  if (count >= 0) return count;
  throw wrong(`${name} is no number of bytes: ${count}`, 'a number from 0 up');
}

/** Whoever listens must not change how a call ends. */
function unheard<Event>(listener: ((event: Event) => void) | undefined): (event: Event) => void {
  return (event) => {
    try {
      listener?.(event);
    } catch {
      // Its own affair.
    }
  };
}

function wrong(what: string, give: string): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', what, { fix: `Give ${give}.` });
}
