// Whether an attempt is followed by another, and when.
import type { Answered, Came } from './attempt.ts';

/** Not implemented, version not supported: asking again changes neither. */
const FINAL_5XX: ReadonlySet<number> = new Set([501, 505]);
const RETRIED_4XX: ReadonlySet<number> = new Set([408, 425, 429]);
const IN_PROGRESS: ReadonlySet<string> = new Set(['in-progress', 'idempotency-key-in-use']);

/** Whether asking again may give another answer. */
export function isWorthRetrying(came: Came): boolean {
  if (came.response === undefined) return true;
  const { status, headers } = came.response;
  if (status < 400) return false;
  const said = headers.get('stripe-should-retry')?.toLowerCase();
  if (said === 'true' || said === 'false') return said === 'true';
  if (isReplayed(came.response)) return false;
  if (status === 409) return isInProgress(came);
  return RETRIED_4XX.has(status) || (status >= 500 && !FINAL_5XX.has(status));
}

/** Whether the answer is the recorded one of an earlier request: it stays as it is. */
export function isReplayed(response: Response): boolean {
  return response.headers.get('idempotent-replayed')?.toLowerCase() === 'true';
}

/** A conflict with the same key's own first request, not one that is the answer. */
function isInProgress({ response, body }: Answered): boolean {
  if (response.headers.has('retry-after')) return true;
  const problem = jsonOf(body);
  return [codeOf(problem), codeOf(memberOf(problem, 'error'))].some((code) =>
    IN_PROGRESS.has(code),
  );
}

function jsonOf(body: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/** `idempotency_key_in_use`, as Stripe writes it, is `idempotency-key-in-use`. */
function codeOf(value: unknown): string {
  return String(memberOf(value, 'code')).replaceAll('_', '-');
}

function memberOf(value: unknown, name: 'code' | 'error'): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** RFC 9110, 10.2.3: seconds, or a date; undefined where neither is said. */
export function retryAfterMs(response: Response | undefined, nowMs: number): number | undefined {
  const said = response?.headers.get('retry-after') ?? '';
  if (/^\d+$/u.test(said)) return Number(said) * 1000;
  const at = said.endsWith('GMT') ? Date.parse(said) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/**
 * "Full jitter": a random part of a time that doubles, so that clients which failed together do not come
 * back together (M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015).
 */
export function backoffMs(
  attempt: number,
  { minDelayMs, maxDelayMs }: { minDelayMs: number; maxDelayMs: number },
  random: number,
): number {
  return Math.round(random * Math.min(maxDelayMs, minDelayMs * 2 ** (attempt - 1)));
}
