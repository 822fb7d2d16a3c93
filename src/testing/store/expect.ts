import assert from 'node:assert/strict';
import type { ClaimReply, ReadReply, StoredRecord } from '../../once/store/types.ts';

/** The fields of a record and no others: a store may know more of it. */
export function recordOf(reply: ReadReply | undefined): StoredRecord {
  assert.ok(reply, 'the record is gone');
  return plainRecord(reply.record);
}

export function plainRecord(record: StoredRecord): StoredRecord {
  const { fingerprint, state, attempt, owner, leaseUntil, progress, result } = record;
  const { firstAt, startedAt, finishedAt, keepUntil } = record;
  return {
    fingerprint,
    state,
    attempt,
    owner,
    leaseUntil,
    progress,
    result: result && { codec: result.codec, text: result.text },
    firstAt,
    startedAt,
    finishedAt,
    keepUntil,
  };
}

export function expectEqual<Value>(actual: Value, expected: Value, what?: string): void {
  assert.deepStrictEqual(actual, expected, what);
}

/** The fields that are named, and only those. */
export function expectFields(record: StoredRecord, expected: Partial<StoredRecord>): void {
  const plain = plainRecord(record);
  const names = Object.keys(expected) as (keyof StoredRecord)[];
  const seen = Object.fromEntries(names.map((name) => [name, plain[name]]));
  assert.deepStrictEqual(seen, { ...expected });
}

/** The claim holds; with those fields. */
export function expectClaimed(reply: ClaimReply, expected: Partial<StoredRecord> = {}): void {
  assert.equal(reply.claimed, true, 'it was not claimed');
  expectFields(reply.record, { state: 'running', ...expected });
}

/** Somebody else has it, or it is ended; with those fields. */
export function expectRefused(reply: ClaimReply, expected: Partial<StoredRecord>): void {
  assert.equal(reply.claimed, false, 'it was claimed');
  expectFields(reply.record, expected);
}

/** The update was made. */
export function expectUpdated(at: number | undefined): number {
  assert.ok(at !== undefined, 'the update was refused');
  return at;
}

export function expectNotUpdated(at: number | undefined): void {
  assert.equal(at, undefined, 'the update was made');
}

/** Long texts: their difference is not shown in full. */
export function expectSameText(actual: string | undefined, expected: string): void {
  const length = `${actual?.length} of ${expected.length} characters came back`;
  assert.ok(actual === expected, `the text came back changed (${length})`);
}
