// What the standard says of requests that are idempotent by themselves (RFC 9110, section 9.2.2), and of
// the conditions that keep them so where somebody else writes meanwhile (section 13).
import { RuntwiceError } from '../../core/errors.ts';
import { type ETag, isStrongMatch, isWeakMatch, parseETag, parseETags } from './etag.ts';

export { etagOf } from './etag.ts';

/** A request with its conditions, and what it meets. */
export interface ConditionalRequest {
  /** Its method, such as `PUT`. */
  method: string;
  /** The header `If-Match`, if there is one. */
  ifMatch?: string | undefined;
  /** The header `If-None-Match`, if there is one. */
  ifNoneMatch?: string | undefined;
  /** The ETag of what is there now; null where nothing is. */
  current: string | null;
  /**
   * The ETag of what is there once the request is carried out; null for a `DELETE`. Where that is there
   * already, an `If-Match` that fails is that of a request that came before, and is answered with 204.
   * Not for resources in which each change counts, such as a counter. Default: not looked at.
   */
  wanted?: string | null | undefined;
}

/**
 * Carry it out, or answer with that instead: 304, what the client has is current · 412, a condition
 * does not hold · 204, it was carried out before · 400, a header cannot be read.
 */
export type Precondition =
  | { readonly proceed: true }
  | { readonly proceed: false; readonly status: 204 | 304 | 400 | 412 };

const PROCEED: Precondition = { proceed: true };

/** They neither select a representation nor change one (section 13.2.1). */
const WITHOUT_CONDITIONS: ReadonlySet<string> = new Set(['CONNECT', 'OPTIONS', 'TRACE']);

/**
 * What the conditions of a request say (RFC 9110, sections 13.1.1, 13.1.2 and 13.2.2). Ask after all
 * other checks, for only what would else be a success has conditions; and decide and write in one
 * transaction, or under one lock, or the answer is old when it is used. `If-Modified-Since` and
 * `If-Unmodified-Since` are not looked at. An answer of 304 needs the headers that a 200 would have:
 * `ETag`, `Cache-Control`, `Content-Location`, `Expires`, `Vary`.
 *
 * Run twice: a `PUT` with `If-Match` meets its own ETag the second time: 412, or 204 where `wanted` is
 * given. A `PUT` with `If-None-Match: *` is a 412.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where `current` or `wanted` is no ETag.
 */
export function checkPreconditions(request: ConditionalRequest): Precondition {
  const { method, ifMatch, ifNoneMatch, wanted } = request;
  const current = etag(request.current);
  const isApplied = wanted !== undefined && isSame(etag(wanted), current);
  if (WITHOUT_CONDITIONS.has(method)) return PROCEED;
  const isRead = method === 'GET' || method === 'HEAD';
  if (ifMatch !== undefined) {
    const tags = parseETags(ifMatch);
    if (tags === undefined) return answer(400);
    if (!isAmong(tags, current, isStrongMatch)) return answer(isApplied && !isRead ? 204 : 412);
  }
  if (ifNoneMatch !== undefined) {
    const tags = parseETags(ifNoneMatch);
    if (tags === undefined) return answer(400);
    if (isAmong(tags, current, isWeakMatch)) return answer(isRead ? 304 : 412);
  }
  return PROCEED;
}

/**
 * What a `PUT` that was carried out is answered with (RFC 9110, section 9.3.4): 201 where nothing was
 * there, else 204, or 200 where the answer has content.
 *
 * Run twice: the first makes it, 201, and the second replaces it by the same, 204. The effect is the
 * same, as the standard asks; the answers need not be.
 */
export function putAnswer({
  existed,
  hasContent = false,
}: {
  existed: boolean;
  hasContent?: boolean;
}): { status: 200 | 201 | 204 } {
  if (!existed) return { status: 201 };
  return { status: hasContent ? 200 : 204 };
}

/**
 * What a `DELETE` is answered with (RFC 9110, section 9.3.5).
 *
 * Run twice: both are 204, for what was wanted holds: a client whose first answer was lost sees that
 * it is done. `whenAbsent: 404` is for those who have to tell what was deleted from what never was;
 * their clients have to take a 404 after a retry for success.
 * @param options.whenAbsent What a `DELETE` of nothing is answered with; default 204.
 */
export function deleteAnswer({
  existed,
  whenAbsent = 204,
}: {
  existed: boolean;
  whenAbsent?: 204 | 404;
}): { status: 204 | 404 } {
  return { status: existed ? 204 : whenAbsent };
}

function answer(status: 204 | 304 | 400 | 412): Precondition {
  return { proceed: false, status };
}

function isAmong(
  tags: '*' | readonly ETag[],
  current: ETag | null,
  isMatch: (one: ETag, other: ETag) => boolean,
): boolean {
  if (current === null) return false;
  return tags === '*' || tags.some((tag) => isMatch(tag, current));
}

function isSame(wanted: ETag | null, current: ETag | null): boolean {
  if (wanted === null || current === null) return wanted === current;
  return isStrongMatch(wanted, current);
}

/** @throws where it is none. */
function etag(text: string | null): ETag | null {
  const tag = text === null ? null : parseETag(text);
  if (tag !== undefined) return tag;
  throw new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', `this is no ETag: ${text}`, {
    fix: 'Give it in its quotes, as the header has it; etagOf makes one.',
  });
}
