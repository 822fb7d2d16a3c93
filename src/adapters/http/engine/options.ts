import type { Duration } from '../../../core/duration.ts';
import { RuntwiceError } from '../../../core/errors.ts';
import type { Attempt } from '../../../once/attempt.ts';
import type { Manner } from '../../../once/call.ts';
import type { LookedUp } from '../../../once/interruption.ts';
import type { Ledger } from '../../../once/ledger.ts';
import { type Keep, type Times, timesOf } from '../../../once/options.ts';
import type { StoreInput } from './input.ts';
import type { ProblemStyle } from './problems.ts';
import { type AnswerRecord, replayedHeaders } from './record.ts';
import type { NeutralRequest } from './types.ts';

/** How errors are told: as the IETF's draft has it, or with the statuses and types of Stripe's API. */
export type Dialect = 'ietf' | 'stripe';

/** An answer that a look at the world found. */
export interface FoundAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text or bytes as they are; all else as JSON. */
  readonly body?: unknown;
}

/** What is done about an attempt that ended without saying how; see {@link IdempotencyOptions}. */
export type HttpInterruption =
  | 'stop'
  | 'rerun'
  | ((
      request: NeutralRequest,
      attempt: Attempt,
    ) => LookedUp<FoundAnswer> | Promise<LookedUp<FoundAnswer>>);

/** How requests with an `Idempotency-Key` are handled; `Request` is the framework's own. */
export interface IdempotencyOptions<Request = unknown> {
  /** Where keys and answers are kept. */
  ledger: Ledger;
  /**
   * Whose keys they are, so that nobody gets the answer of somebody else: the user's or the account's id.
   * `'public'` says that all callers share them.
   */
  scope: 'public' | ((request: Request) => string | Promise<string>);
  /** Whether a request without a key is refused (400); default false. */
  required?: boolean;
  /** Methods that are guarded; default `POST` and `PATCH`. */
  methods?: readonly string[];
  /** How long an answer is replayed; default 24 h, counted from when it was recorded. */
  keep?: Keep;
  /** How long the key without its answer is remembered after that; default 90 days. */
  remember?: Duration;
  /** How long a request waits for another one that is handled with its key; default 5 s. */
  wait?: Duration;
  /** How long a handler is believed to live without a sign of life; default 30 s, at least 1 s. */
  lease?: Duration;
  /**
   * What is done with a key whose handler died, threw, or answered 502 or 504, so that nobody knows whether
   * its effect happened. `'stop'`, the default: 409 until it is resolved. `'rerun'`: the handler is run again;
   * the effect may happen twice unless what it calls honours `idem.keyFor()`. A function looks whether it
   * happened.
   */
  ifInterrupted?: HttpInterruption;
  /** All effects of the handler are inside `idem.step()`; default false. */
  steps?: boolean;
  /**
   * The ledger's own database (a pool, or a query builder's handle): the handler then runs in a transaction
   * of it, in which its key is claimed, `idem.tx`. What it throws, and an answer of
   * 500 or more, rolls back. With MySQL or MariaDB give the ledger a pool of its own. It keeps answers as long
   * as the ledger says.
   */
  transaction?: object;
  /**
   * Records each request until its key is finished, so that a completer can send it again whose server died
   * (and forgets what needs no more: without one, requests that were never done stay recorded);
   * needs `steps`, or an `ifInterrupted` that lets it be run again. Default: nothing of requests is recorded.
   */
  storeInput?: StoreInput;
  /** What the request is about, part of every key; default the method and the route, or the path. */
  operation?: (request: Request) => string;
  /** What has to be the same when a key comes again, in place of the body: JSON. */
  fingerprint?: (request: Request) => unknown;
  /** Names of further headers of answers that are replayed. Session cookies never are. */
  headers?: readonly string[];
  /** A request's body has at most so many bytes where the mount reads it itself, else 413; default 10 MiB. */
  maxRequestBody?: number;
  /** An answer's body is kept up to so many bytes; default 10 MiB. Over it, a second request gets 409. */
  maxResponseBody?: number;
  /** Refuses bare keys: only strings in quotes (RFC 9651). Default false. */
  strict?: boolean;
  /** Default `ietf`. */
  dialect?: Dialect;
  /** A page about your policy for keys, named in errors. */
  policyUrl?: string;
}

const MiB = 1_048_576;

/** The options, checked, with what is meant where nothing is said. */
export interface Settings<Request> extends ProblemStyle {
  readonly options: IdempotencyOptions<Request>;
  readonly methods: ReadonlySet<string>;
  readonly replayed: ReadonlySet<string>;
  readonly isRequired: boolean;
  readonly isStrict: boolean;
  readonly maxRequestBody: number;
  readonly maxResponseBody: number;
  /** In milliseconds, so that no request has to read them. */
  readonly times: Readonly<Times>;
  /** How the ledger is asked; an `ifInterrupted` function is put in with its request. */
  readonly manner: Manner<unknown, AnswerRecord>;
}

/** @throws ERR_RUNTWICE_INVALID_ARGUMENT where an option cannot be used. */
export function settingsOf<Request>(options: IdempotencyOptions<Request>): Settings<Request> {
  const { ledger, scope, dialect = 'ietf', methods = ['POST', 'PATCH'] } = options;
  if (typeof ledger?.mannerOf !== 'function') {
    throw wrong('there is no ledger', "one: await openLedger('sqlite:keys.db', …)");
  }
  if (scope !== 'public' && typeof scope !== 'function') {
    throw wrong(
      'nothing says whose keys they are, so that one user could get the answer of another',
      "scope: (request) => request.user.id, or 'public' where all callers share keys",
    );
  }
  if (dialect !== 'ietf' && dialect !== 'stripe') {
    throw wrong(`there is no dialect ${String(dialect)}`, 'ietf or stripe');
  }
  if (options.steps === true && options.transaction !== undefined) {
    throw wrong('a transaction has no steps: all of it happens at once', 'one of the two');
  }
  if (typeof options.transaction === 'object' && 'exec' in options.transaction) {
    throw wrong(
      'a transaction of SQLite cannot wait for a handler',
      'ledger.transaction() inside of it, or a database whose clients are asynchronous',
    );
  }
  const { storeInput, steps, ifInterrupted } = options;
  if (storeInput !== undefined && steps !== true && (ifInterrupted ?? 'stop') === 'stop') {
    throw wrong(
      'a request is to be recorded for a completer that may not run it again',
      "steps: true, ifInterrupted: 'rerun', or an ifInterrupted function",
    );
  }
  const times = timesIn(options);
  const policy = typeof ifInterrupted === 'string' ? ifInterrupted : 'stop';
  return {
    options,
    dialect,
    policyUrl: options.policyUrl,
    methods: new Set(methods.map((method) => method.toUpperCase())),
    replayed: replayedHeaders(options.headers ?? []),
    isRequired: options.required ?? false,
    isStrict: options.strict ?? false,
    maxRequestBody: bytes('maxRequestBody', options.maxRequestBody ?? 10 * MiB),
    maxResponseBody: bytes('maxResponseBody', options.maxResponseBody ?? 10 * MiB),
    times,
    manner: ledger.mannerOf({ ...times, steps: steps ?? false, ifInterrupted: policy }),
  };
}

/** What is not given is as the ledger has it, but for what HTTP has defaults of its own for. */
function timesIn({ keep = '24h', remember, wait = '5s', lease }: Times): Times {
  const given = Object.fromEntries(
    Object.entries({ keep, remember, wait, lease }).filter(([, time]) => time !== undefined),
  );
  const { keepMs, rememberMs, waitMs, leaseMs } = timesOf(given);
  return {
    keep: keepMs === Number.POSITIVE_INFINITY ? 'forever' : keepMs,
    wait: waitMs,
    ...(remember !== undefined && { remember: rememberMs }),
    ...(lease !== undefined && { lease: leaseMs }),
  };
}

function bytes(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw wrong(`${name} is no number of bytes: ${String(value)}`, 'a whole number');
}

function wrong(what: string, give: string): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', what, {
    fix: `No request was handled. Give ${give}.`,
  });
}
