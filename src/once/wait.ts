import type { Timers } from '../core/timers.ts';

/**
 * The promise's value, unless the signal is aborted before, which rejects, or the time is over, which
 * gives `late`. What is waited for goes on.
 */
export function untilTold<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value>;
export function untilTold<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
  limit: { timers: Timers; ms: number },
): Promise<Value | 'late'>;
export function untilTold<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
  limit?: { timers: Timers; ms: number },
): Promise<Value | 'late'> {
  if (signal === undefined && limit === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel?.();
      reject(signal?.reason);
    };
    const cancel = limit?.timers.after(limit.ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve('late');
    });
    const settle = (finish: () => void) => {
      cancel?.();
      signal?.removeEventListener('abort', abort);
      finish();
    };
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
