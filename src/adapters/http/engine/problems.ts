import { type ErrorCode, isRuntwiceError } from '../../../core/errors.ts';
import { isNothingHappened } from '../../../once/errors.ts';
import type { Dialect } from './options.ts';
import type { Answer, AnswerHeader } from './types.ts';

/** Why a request with a key was not handled. */
export type ProblemCode =
  | 'key-missing'
  | 'key-invalid'
  | 'key-reused'
  | 'in-progress'
  | 'outcome-unknown'
  | 'key-expired'
  | 'response-not-kept'
  | 'store-unavailable'
  | 'body-not-comparable'
  | 'body-too-large'
  | 'events-not-kept';

/** What is said of one kind of problem. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Seconds after which the same request may be sent again; absent where that would change nothing. */
  readonly retryAfterS?: number;
}

const KINDS: Readonly<Record<ProblemCode, ProblemKind>> = {
  'key-missing': {
    status: 400,
    title: 'Idempotency-Key is missing',
    detail: 'Nothing was done. Send this request with an Idempotency-Key header.',
  },
  'key-invalid': {
    status: 400,
    title: 'Idempotency-Key is not valid',
    detail: 'Nothing was done. Send one key of at most 255 characters, such as a UUID in quotes.',
  },
  'key-reused': {
    status: 422,
    title: 'Idempotency-Key is already used',
    detail: 'Nothing was done. The key stood for another request: send this one with a new key.',
  },
  'in-progress': {
    status: 409,
    title: 'A request is outstanding for this Idempotency-Key',
    detail: 'Nothing was done now. Send the same request again: it gets the answer of the first.',
    retryAfterS: 1,
  },
  'outcome-unknown': {
    status: 409,
    title: 'What became of the first request is not known',
    detail:
      'Nothing was done now, and nothing will be for this key until it is resolved. Look whether the effect is there before you send it with another key.',
  },
  'key-expired': {
    status: 409,
    title: 'Idempotency-Key is too old',
    detail: 'Nothing was done now. The request was done before; its answer is no longer kept.',
  },
  'response-not-kept': {
    status: 409,
    title: 'The request is done, but its answer was not kept',
    detail: 'Nothing was done now. The request was done before: look its effect up.',
  },
  'store-unavailable': {
    status: 503,
    title: 'Keys cannot be looked up now',
    detail: 'Nothing was done. Send the same request again, with the same key.',
    retryAfterS: 1,
  },
  'body-not-comparable': {
    status: 400,
    title: 'The body of the request cannot be compared with another one',
    detail: 'Nothing was done. Send what this path takes, or send it without an Idempotency-Key.',
  },
  'body-too-large': {
    status: 413,
    title: 'The request is too large',
    detail: 'Nothing was done.',
  },
  'events-not-kept': {
    status: 500,
    title: 'Server-sent events cannot be kept and replayed',
    detail:
      'What the handler did by then is done. Its answer has to have an end: stream events from a path without a key.',
  },
};

/** What Stripe's API says instead: its clients know these. */
const STRIPE: Partial<Record<string, { status: number; type: string; code?: string }>> = {
  'key-missing': { status: 400, type: 'invalid_request_error' },
  'key-invalid': { status: 400, type: 'invalid_request_error' },
  'key-reused': { status: 400, type: 'idempotency_error' },
  'in-progress': { status: 409, type: 'invalid_request_error', code: 'idempotency_key_in_use' },
};

/** How problems are told. */
export interface ProblemStyle {
  readonly dialect: Dialect;
  /** A page about the server's policy for keys. */
  readonly policyUrl: string | undefined;
}

/** A problem of the engine's own as an answer. */
export function problem(code: ProblemCode, style: ProblemStyle, why?: string): Answer {
  return describeProblem(code, KINDS[code], style, why);
}

/**
 * Problem details (RFC 9457) with the member `error` beside: clients such as stripe-node look at that
 * alone, and take a bare problem for success.
 */
export function describeProblem(
  code: string,
  { status, title, detail, retryAfterS }: ProblemKind,
  style: ProblemStyle,
  why?: string,
): Answer {
  const stripe = style.dialect === 'stripe' ? STRIPE[code] : undefined;
  const isRetryable = retryAfterS !== undefined;
  const message = why === undefined ? `${title}. ${detail}` : `${title}: ${why}. ${detail}`;
  const document = {
    type: style.policyUrl === undefined ? 'about:blank' : `${style.policyUrl}#${code}`,
    title,
    status: stripe?.status ?? status,
    detail: why === undefined ? detail : `${sentence(why)} ${detail}`,
    code,
    retryable: isRetryable,
    error: {
      type: stripe?.type ?? (status >= 500 ? 'api_error' : 'idempotency_error'),
      code: stripe?.code ?? code,
      message,
    },
  };
  const headers: AnswerHeader[] = [['content-type', 'application/problem+json']];
  if (isRetryable) headers.push(['retry-after', String(retryAfterS)]);
  else headers.push(['stripe-should-retry', 'false']);
  if (style.policyUrl !== undefined) {
    headers.push(['link', `<${style.policyUrl}>; rel="describedby"; type="text/html"`]);
  }
  return { status: document.status, headers, body: JSON.stringify(document) };
}

const PROBLEMS: Partial<Record<ErrorCode, ProblemCode>> = {
  ERR_RUNTWICE_KEY_REUSED: 'key-reused',
  ERR_RUNTWICE_BUSY: 'in-progress',
  ERR_RUNTWICE_OUTCOME_UNKNOWN: 'outcome-unknown',
  ERR_RUNTWICE_LEASE_LOST: 'outcome-unknown',
  ERR_RUNTWICE_KEY_EXPIRED: 'key-expired',
  ERR_RUNTWICE_RESULT_NOT_KEPT: 'response-not-kept',
  ERR_RUNTWICE_STORE_UNAVAILABLE: 'store-unavailable',
  ERR_RUNTWICE_STORE_FULL: 'store-unavailable',
  ERR_RUNTWICE_LEDGER_CLOSED: 'store-unavailable',
  ERR_RUNTWICE_RETRY_TRANSACTION: 'store-unavailable',
};

/** How an error of the ledger is told to a client; undefined where it is none for clients. */
export function problemOf(error: unknown): ProblemCode | undefined {
  if (isNothingHappened(error)) return 'store-unavailable';
  return isRuntwiceError(error) ? PROBLEMS[error.code] : undefined;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
