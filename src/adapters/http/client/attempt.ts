import type { Timers } from '../../../core/timers.ts';
import { readUpTo } from './body.ts';
import type { Outgoing } from './outgoing.ts';

/** An answer; `body` is its whole body where that was read and is there. */
export interface Answered {
  readonly response: Response;
  readonly body: Uint8Array | undefined;
}

/** No answer, or one that was cut off: then `status` is its. */
export interface Failed {
  readonly response?: undefined;
  readonly error: unknown;
  readonly status: number | undefined;
}

export type Came = Answered | Failed;

/**
 * Sends the request once. What is wrong with the connection is an answer here.
 * @throws the reason of the caller's signal.
 */
export async function attemptOnce(
  outgoing: Outgoing,
  limitMs: number,
  maxBufferedBody: number,
  timers: Timers,
): Promise<Came> {
  const { key, signal } = outgoing;
  const timeout = new AbortController();
  const stop = timers.after(limitMs, () => timeout.abort(timedOut(limitMs)));
  const either = signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]);
  let response: Response | undefined;
  try {
    response = await outgoing.send(either);
    // A copy is read to see that it has an end; the answer itself is given out untouched.
    const isRead = key !== undefined && maxBufferedBody > 0;
    const copy = isRead ? response.clone().body : null;
    const body = copy === null ? undefined : await readUpTo(copy, maxBufferedBody);
    return { response, body };
  } catch (error) {
    signal?.throwIfAborted();
    return { error, status: response?.status };
  } finally {
    stop();
  }
}

function timedOut(ms: number): DOMException {
  return new DOMException(`no whole answer within ${ms} ms`, 'TimeoutError');
}
