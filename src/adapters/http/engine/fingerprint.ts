import { isRuntwiceError } from '../../../core/errors.ts';
import { fingerprint } from '../../../core/fingerprint.ts';
import type { NeutralRequest } from './types.ts';

/** Thrown where the client sent a body that cannot be told from another one; says why. */
export class NotComparable extends Error {}

/**
 * What has to be the same when a key comes again: the method, the path, the query in any order, the type
 * of the body and the body. Other headers differ between attempts of one call. The first member says how
 * the body was seen, and in which version of this list.
 */
export function fingerprintInput(request: NeutralRequest, own: unknown): unknown {
  const { method, path } = request;
  const query = sortedQuery(request.query);
  const type = mediaType(request.header('content-type'));
  if (own !== undefined) return ['own 1', method, path, query, type, own];
  const [kind, body] = seen(request);
  return [kind, method, path, query, type, body];
}

/** A parser makes values that no JSON text gives back: of 1e999, say, or of half a character. */
function seen(request: NeutralRequest): [kind: string, body: string] {
  try {
    const content = request.content();
    if (content.kind === 'raw') return ['raw 1', content.hash];
    return ['parsed 1', fingerprint(content.value ?? null)];
  } catch (error) {
    if (!isRuntwiceError(error, 'ERR_RUNTWICE_INVALID_ARGUMENT')) throw error;
    throw new NotComparable(error.message);
  }
}

function sortedQuery(query: string): string {
  return query.includes('&') ? query.split('&').sort().join('&') : query;
}

/** `application/json; charset=utf-8` → `application/json` */
export function mediaType(header: string | undefined): string {
  if (header === undefined) return '';
  const end = header.indexOf(';');
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
}
