// Requests as the tests of this store make them.
import type { ClaimRequest, StoredResult, UpdateRequest } from '../../src/once/store/types.ts';

export const RESULT: StoredResult = { codec: 'json', text: JSON.stringify('x'.repeat(198)) };

export function claimOf(id: string, request: Partial<ClaimRequest> = {}): ClaimRequest {
  const times = { leaseMs: 30_000, keepMs: 86_400_000, rememberMs: 90 * 86_400_000 };
  return { id, fingerprint: `1:${'f'.repeat(43)}`, owner: ownerOf(id), ...times, ...request };
}

/** As long as those that a ledger makes. */
export function ownerOf(id: string): string {
  return `0123456789abcdef1ulajuk/16836:594169/${id.slice(-22).padStart(22, 'o')}`;
}

export function doneOf(id: string, request: Partial<UpdateRequest> = {}): UpdateRequest {
  return { id, owner: ownerOf(id), state: 'done', progress: '', result: RESULT, ...request };
}
