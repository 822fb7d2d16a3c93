// When a record may be claimed, changed and forgotten: pure, for stores that decide in JavaScript.
// Stores that decide in the database say the same in its language; one suite holds them all to it.
import { MAX_IDENTITY_BYTES } from '../../core/key.ts';
import type { ClaimRequest, RecordState, StoredRecord, UpdateRequest } from './types.ts';

/** A record as it is stored: with how long it is to be kept. */
export interface Row extends StoredRecord {
  readonly keepMs: number;
  readonly rememberMs: number;
  /** When a purge should look at it; `Infinity`: never. */
  readonly purgeAfter: number;
}

/** The row after the claim; the same object where the claim was refused or is held already. */
export function claimRow(row: Row | undefined, request: ClaimRequest, now: number): Row {
  const { fingerprint, owner, leaseMs, keepMs, rememberMs } = request;
  if (row !== undefined && !mayClaim(row, request, now)) return row;
  return {
    fingerprint,
    state: 'running',
    attempt: (row?.attempt ?? 0) + 1,
    owner,
    leaseUntil: now + leaseMs,
    progress: row?.progress ?? '',
    result: undefined,
    firstAt: row?.firstAt ?? now,
    startedAt: now,
    finishedAt: 0,
    keepUntil: 0,
    keepMs,
    rememberMs,
    purgeAfter: now + keepMs,
  };
}

/** Whether what is there may be claimed by who asks. */
export function mayClaim(row: StoredRecord, request: ClaimRequest, now: number): boolean {
  const isSame = row.fingerprint === request.fingerprint;
  if (row.state === 'released') return isSame || row.progress === '';
  const { takeover } = request;
  if (takeover === undefined || takeover.owner !== row.owner || !isSame) return false;
  return row.state === 'unknown' || (row.state === 'running' && isOver(row, takeover, now));
}

function isOver(
  row: StoredRecord,
  { evenIfLeased }: { evenIfLeased: boolean },
  now: number,
): boolean {
  return evenIfLeased || row.leaseUntil <= now;
}

/** Whether a claim found, or made, the record to be `owner`'s own. */
export function isClaimed(row: StoredRecord, owner: string): boolean {
  return row.owner === owner && row.state === 'running';
}

/** Whether the lease of `owner` can be renewed: also one that is over, while nobody took it. */
export function mayRenew(row: StoredRecord | undefined, owner: string): boolean {
  return row !== undefined && row.owner === owner && !isEnded(row.state);
}

/** The row after the update; undefined where it is not the owner's to make. */
export function updateRow(
  row: Row | undefined,
  request: UpdateRequest,
  now: number,
): Row | undefined {
  if (row === undefined || row.owner !== request.owner) return undefined;
  const { state, progress, result } = request;
  if (isEnded(row.state)) return isRepeated(row, request) ? row : undefined;
  const isFinal = state === 'done' || state === 'failed';
  return {
    ...row,
    state,
    progress: progress ?? row.progress,
    result,
    finishedAt: isEnded(state) ? now : 0,
    keepUntil: isFinal ? now + row.keepMs : 0,
  };
}

/** Whether that update was made already: the reply to it was lost. */
export function isRepeated(row: StoredRecord, { state, result }: UpdateRequest): boolean {
  const { codec, text } = row.result ?? {};
  return row.state === state && codec === result?.codec && text === result?.text;
}

/** `done`, `failed` or `released`: the owner has nothing more to say. */
export function isEnded(state: RecordState): boolean {
  return state === 'done' || state === 'failed' || state === 'released';
}

/**
 * The row after a purge looked at it: without its result, with the time of the next look, or nothing.
 * The same object where it may not be touched.
 */
export function purgeRow(row: Row, now: number): Row | undefined {
  if (!isEnded(row.state)) return row;
  const keepUntil = row.finishedAt + row.keepMs;
  const forgetAt = keepUntil + row.rememberMs;
  if (forgetAt <= now) return undefined;
  if (keepUntil > now) return { ...row, purgeAfter: keepUntil };
  // Steps that are done must not be done again while the key is remembered.
  const progress = row.state === 'released' ? row.progress : '';
  return { ...row, result: undefined, progress, purgeAfter: forgetAt };
}

const LAST_CODE_POINT = 0x10ffff;

/** Longer than any id can be, and of the last character there is. */
const AFTER_ALL = String.fromCodePoint(LAST_CODE_POINT).repeat(MAX_IDENTITY_BYTES);

/** A text that sorts, in the order of bytes, after all ids that begin so, and before all others. */
export function afterPrefix(prefix: string): string {
  const points = Array.from(prefix, (char) => char.codePointAt(0) ?? 0);
  while (points.at(-1) === LAST_CODE_POINT) points.pop();
  const last = points.pop();
  if (last === undefined) return AFTER_ALL;
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}
