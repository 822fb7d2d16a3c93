import type { ClaimReply, ClaimRequest, StoredRecord } from './types.ts';

/** To a claim that made the record at that time. */
export function firstReply({ fingerprint, owner, leaseMs }: ClaimRequest, now: number): ClaimReply {
  return { claimed: true, record: begun({ fingerprint, owner, attempt: 1 }, leaseMs, now), now };
}

/**
 * What to answer where somebody has held the row, or one that is to be, for longer than is waited for
 * a lock: somebody is at work, in a transaction whose end is not known yet.
 */
export function claimElsewhere({ fingerprint, leaseMs }: ClaimRequest): ClaimReply {
  const now = Date.now();
  const record = begun({ fingerprint, owner: '', attempt: 0 }, leaseMs, now);
  return { claimed: false, record, now };
}

function begun(
  who: Pick<StoredRecord, 'fingerprint' | 'owner' | 'attempt'>,
  leaseMs: number,
  now: number,
): StoredRecord {
  return {
    ...who,
    state: 'running',
    // As stores have it: in whole milliseconds that can be read again.
    leaseUntil: now + Math.round(Math.min(leaseMs, Number.MAX_SAFE_INTEGER)),
    progress: '',
    result: undefined,
    firstAt: now,
    startedAt: now,
    finishedAt: 0,
    keepUntil: 0,
  };
}
