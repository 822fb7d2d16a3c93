// Requests as the tests of this store make them.
import type { ClaimRequest, StoredResult, UpdateRequest } from '../../../src/once/store/types.ts';

export const RESULT: StoredResult = { codec: 'json', text: JSON.stringify('x'.repeat(198)) };

export function claimOf(id: string, request: Partial<ClaimRequest> = {}): ClaimRequest {
  const times = { leaseMs: 30_000, keepMs: 86_400_000, rememberMs: 90 * 86_400_000 };
  return { id, fingerprint: `1:${'f'.repeat(43)}`, owner: `owner of ${id}`, ...times, ...request };
}

export function doneOf(id: string, request: Partial<UpdateRequest> = {}): UpdateRequest {
  return { id, owner: `owner of ${id}`, state: 'done', progress: '', result: RESULT, ...request };
}
