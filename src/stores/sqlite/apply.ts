// The changes of a record, inside a transaction that somebody else begins and commits.
import { claimRow, isClaimed, updateRow } from '../../once/store/rules.ts';
import type { ClaimReply, ClaimRequest, UpdateRequest } from '../../once/store/types.ts';
import type { Table } from './table.ts';

export function applyClaim(table: Table, request: ClaimRequest, now: number): ClaimReply {
  const before = table.get(request.id);
  const record = claimRow(before, request, now);
  if (record !== before) table.put(request.id, record);
  return { claimed: isClaimed(record, request.owner), record, now };
}

/** When the update was made; undefined where it is not the owner's to make. */
export function applyUpdate(table: Table, request: UpdateRequest, now: number): number | undefined {
  const before = table.get(request.id);
  const row = updateRow(before, request, now);
  if (row !== undefined && row !== before) table.setEnd(request.id, row);
  return row && (row.finishedAt || now);
}
