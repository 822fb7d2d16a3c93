import type { ClaimReply, ClaimRequest } from './types.ts';

/**
 * What to answer where somebody has held the row, or one that is to be, for longer than is waited for
 * a lock: somebody is at work, in a transaction whose end is not known yet.
 */
export function claimElsewhere({ fingerprint, leaseMs }: ClaimRequest): ClaimReply {
  const now = Date.now();
  const record = {
    fingerprint,
    state: 'running',
    attempt: 0,
    owner: '',
    leaseUntil: now + leaseMs,
    progress: '',
    result: undefined,
    firstAt: now,
    startedAt: now,
    finishedAt: 0,
    keepUntil: 0,
  } as const;
  return { claimed: false, record, now };
}
