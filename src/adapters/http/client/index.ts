import { makeRetryingFetch, type RetryingFetch } from './client.ts';
import type { RetryingFetchOptions } from './options.ts';
import { systemSurroundings } from './surroundings.ts';

export type { RetryingFetch } from './client.ts';
export type { AttemptEvent, RetryEvent, UnconfirmedEvent } from './events.ts';
export { type CallInfo, callInfo } from './info.ts';
export type { KeptKey, KeyStore } from './keys.ts';
export type { Fetch, RetryingFetchOptions } from './options.ts';
export type { KeyedRequestInit } from './outgoing.ts';

/**
 * A `fetch` that sends a request again where that is safe. A POST or PATCH gets one key
 * (`Idempotency-Key`, draft-ietf-httpapi-idempotency-key-header-07) before its first attempt, and carries it,
 * and the same bytes, in each; without a key it is sent once. GET, HEAD, OPTIONS, PUT and DELETE are sent again
 * as they are (RFC 9110, 9.2.2).
 *
 * It is sent again after an error of the connection, an answer that was cut off, 408, 425, 429, 5xx (but 501 and
 * 505), and 409 where that says that the first request is still in progress; `Stripe-Should-Retry` decides
 * where it is there, and a replayed answer is final. Delays are random, and as long as `Retry-After` asks.
 *
 * It answers what the last attempt was answered, whatever its status; all else is as `fetch` has it.
 *
 * Run twice: each call is another one, with a key of its own, unless it is given one: `idempotencyKey`, `workId`, or
 * the header itself.
 * @throws ERR_RUNTWICE_REQUEST_FAILED, from a call, where its last attempt had no whole answer, and
 * ERR_RUNTWICE_INVALID_ARGUMENT where an option, a key or a body cannot be used: nothing was sent then. A call
 * whose `signal` is aborted throws its reason.
 */
export function retryingFetch(options: RetryingFetchOptions = {}): RetryingFetch {
  return makeRetryingFetch(options, systemSurroundings);
}
