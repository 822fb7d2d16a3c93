import { type ErrorCode, isRuntwiceError } from '../../../core/errors.ts';
import { isFinalError } from '../../../once/errors.ts';
import type { Settled } from '../../../once/result.ts';

/** What a sender is told: no more than a code, for senders are strangers. */
export type WebhookCode =
  /** It is handled, now or before. */
  | 'handled'
  /** The handler threw a `FinalError`: it is done with, and no delivery will change that. */
  | 'failed-for-good'
  /** The handler failed, and the next delivery runs it again. */
  | 'failed'
  /** Another delivery of it is being handled. */
  | 'busy'
  /** The ledger cannot be asked; nothing was run. */
  | 'store-unavailable'
  /** An attempt ended without saying how; nothing is run until that is resolved. */
  | 'outcome-unknown'
  /** Its id stands for something else in the ledger: a mistake of the program. */
  | 'refused'
  | 'signature-invalid'
  | 'id-invalid'
  | 'body-too-large'
  | 'body-unreadable';

/** An answer for any framework to send. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Senders repeat what got no 2xx, some of them only after errors of the server: what is to come again
 * is a 5xx, and what cannot be helped by that a 4xx.
 */
const STATUS: Readonly<Record<WebhookCode, number>> = {
  handled: 200,
  'failed-for-good': 200,
  failed: 503,
  busy: 503,
  'store-unavailable': 503,
  'outcome-unknown': 500,
  refused: 500,
  'signature-invalid': 400,
  'id-invalid': 400,
  'body-too-large': 413,
  'body-unreadable': 400,
};

/** Most senders have a schedule of their own; who looks at this is back when a lease is over. */
const RETRY_AFTER_S = 30;

export function answerOf(code: WebhookCode, isReplayed = false): WebhookAnswer {
  const status = STATUS[code];
  const headers = {
    'Content-Type': 'application/json',
    ...(status === 503 && { 'Retry-After': String(RETRY_AFTER_S) }),
    ...(isReplayed && { 'Idempotent-Replayed': 'true' }),
  };
  return { status, headers, body: JSON.stringify({ code }) };
}

/** What the sender is told of how the call ended. */
export interface Told {
  readonly code: WebhookCode;
  readonly isReplayed: boolean;
}

/** `ran`: the handler ran for this very delivery, so that what is thrown may be the handler's own. */
export function toldOf(settled: Settled<unknown>, ran: boolean): Told {
  const { outcome } = settled;
  if (!('error' in settled)) return { code: 'handled', isReplayed: outcome === 'replayed' };
  const code = codeOf(outcome, settled.error, ran);
  return { code, isReplayed: !ran && STATUS[code] === 200 };
}

function codeOf(outcome: Settled<unknown>['outcome'], error: unknown, ran: boolean): WebhookCode {
  if (outcome === 'busy') return 'busy';
  if (outcome === 'unknown') return 'outcome-unknown';
  if (outcome === 'differs') return 'refused';
  if (isFinalError(error)) return 'failed-for-good';
  return !ran && isDone(error) ? 'handled' : failureCode(error);
}

/** It was handled so long ago that only its key is known, or its result could not be kept. */
function isDone(error: unknown): boolean {
  return (
    isRuntwiceError(error, 'ERR_RUNTWICE_KEY_EXPIRED') ||
    isRuntwiceError(error, 'ERR_RUNTWICE_RESULT_NOT_KEPT')
  );
}

const STORE_CODES: ReadonlySet<string> = new Set([
  'ERR_RUNTWICE_STORE_UNAVAILABLE',
  'ERR_RUNTWICE_STORE_FULL',
  'ERR_RUNTWICE_LEDGER_CLOSED',
  'ERR_RUNTWICE_RECORD_TOO_NEW',
] satisfies ErrorCode[]);

/** Of a call after which the next delivery runs. */
export function failureCode(error: unknown): WebhookCode {
  return isRuntwiceError(error) && STORE_CODES.has(error.code) ? 'store-unavailable' : 'failed';
}
