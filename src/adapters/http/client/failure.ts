import { RuntwiceError } from '../../../core/errors.ts';
import type { Outgoing } from './outgoing.ts';

/** How the last attempt failed, and what is known of all of them. */
export interface Failure {
  readonly error: unknown;
  /** That of an answer which was cut off. */
  readonly status: number | undefined;
  readonly attempts: number;
  /** Some attempt came as far as a connection. */
  readonly mayHaveHappened: boolean;
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Says what is known of the effect, and what the caller may do. */
export function requestFailed(
  outgoing: Outgoing,
  { error, status, attempts, mayHaveHappened }: Failure,
  keyHeader: string,
): RuntwiceError {
  const { method, key } = outgoing;
  const url = placeOf(outgoing.url);
  const times = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  const cut = status === undefined ? '' : ` (an answer with ${status} was cut off)`;
  return new RuntwiceError(
    'ERR_RUNTWICE_REQUEST_FAILED',
    `${method} ${url} failed after ${times}: ${innermost(error)}${cut}`,
    {
      fix: `${stateOf(method, mayHaveHappened)} ${adviceOf(outgoing, keyHeader)}`,
      data: { attempts, key, method, url, status, mayHaveHappened },
      cause: error,
    },
  );
}

/** Without the query, which may hold secrets. */
export function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function stateOf(method: string, mayHaveHappened: boolean): string {
  if (SAFE.has(method)) return `A ${method} has no effect.`;
  return mayHaveHappened
    ? 'What it asks for may have happened.'
    : 'No connection was made: what it asks for did not happen.';
}

function adviceOf({ method, key, isRepeatable }: Outgoing, keyHeader: string): string {
  if (key !== undefined) {
    const header = `headers: { '${keyHeader}': '${key}' }`;
    return `Ask again with the same key, ${header}: with another one it could happen twice.`;
  }
  if (isRepeatable) return `Ask again: a ${method} that comes twice does what it does once.`;
  return 'It was sent once only, because it has no key. Look whether it happened before you ask again.';
}

/** `fetch failed` says little; its cause says why. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of a host with several addresses each was tried.
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  if (error.cause instanceof Error) return innermost(error.cause);
  return error.message === '' ? error.name : error.message;
}
