import { type Clock, systemClock } from '../../core/clock.ts';
import { RuntwiceError } from '../../core/errors.ts';
import {
  claimRow,
  isClaimed,
  mayRenew,
  purgeRow,
  type Row,
  updateRow,
} from '../../once/store/rules.ts';
import type {
  ClaimReply,
  ClaimRequest,
  ListedRecord,
  ListQuery,
  PurgeReply,
  PurgeRequest,
  ReadReply,
  RecordState,
  RenewRequest,
  Store,
  UpdateRequest,
} from '../../once/store/types.ts';

export interface MemoryStoreOptions {
  /** How many keys it holds at most; default 1,000,000. A full store refuses new keys. */
  maxKeys?: number;
  /** Where its time comes from; default the machine's clock. */
  clock?: Clock;
}

/**
 * A store in this process's memory. It is gone with the process, and no other process sees it: for
 * tests, and for merging what one process does twice. It never evicts: once full, it refuses new keys.
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options.maxKeys ?? 1_000_000, options.clock ?? systemClock);
}

class MemoryStore implements Store {
  readonly name = 'memory';
  readonly durability = 'process';
  readonly #rows = new Map<string, Row>();
  readonly #maxKeys: number;
  readonly #clock: Clock;

  constructor(maxKeys: number, clock: Clock) {
    this.#maxKeys = maxKeys;
    this.#clock = clock;
  }

  async claim(request: ClaimRequest): Promise<ClaimReply> {
    const now = this.#clock.now();
    const before = this.#rows.get(request.id);
    if (before === undefined) this.#requireRoom();
    const row = claimRow(before, request, now);
    if (row !== before) this.#rows.set(request.id, row);
    return { claimed: isClaimed(row, request.owner), record: row, now };
  }

  async renew(requests: readonly RenewRequest[]): Promise<boolean[]> {
    const now = this.#clock.now();
    return requests.map(({ id, owner, leaseMs }) => {
      const row = this.#rows.get(id);
      if (row === undefined || !mayRenew(row, owner)) return false;
      this.#rows.set(id, { ...row, leaseUntil: now + leaseMs });
      return true;
    });
  }

  async update(request: UpdateRequest): Promise<number | undefined> {
    const now = this.#clock.now();
    const row = updateRow(this.#rows.get(request.id), request, now);
    if (row !== undefined) this.#rows.set(request.id, row);
    return row && (row.finishedAt || now);
  }

  async read(id: string): Promise<ReadReply | undefined> {
    const record = this.#rows.get(id);
    return record && { record, now: this.#clock.now() };
  }

  async list(query: ListQuery): Promise<{ records: ListedRecord[]; now: number }> {
    const now = this.#clock.now();
    const records = [...this.#rows]
      .filter(([id, row]) => isListed(id, row, query, now))
      .sort(([left], [right]) => compareIds(left, right))
      .slice(0, query.limit)
      .map(([id, record]) => ({ id, record }));
    return { records, now };
  }

  async stats(prefix: string): Promise<Record<RecordState, number>> {
    const counts = { running: 0, done: 0, failed: 0, released: 0, unknown: 0 };
    for (const [id, { state }] of this.#rows) if (id.startsWith(prefix)) counts[state] += 1;
    return counts;
  }

  async remove(id: string, owner: string): Promise<boolean> {
    return this.#rows.get(id)?.owner === owner && this.#rows.delete(id);
  }

  async purge({ prefix, limit }: PurgeRequest): Promise<PurgeReply> {
    const now = this.#clock.now();
    const due = [...this.#rows].filter(
      ([id, row]) => id.startsWith(prefix) && row.purgeAfter <= now && purgeRow(row, now) !== row,
    );
    let [removed, trimmed] = [0, 0];
    for (const [id, row] of due.slice(0, limit)) {
      const after = purgeRow(row, now);
      if (after === undefined) removed += Number(this.#rows.delete(id));
      else {
        this.#rows.set(id, after);
        trimmed += Number(row.result !== undefined && after.result === undefined);
      }
    }
    return { removed, trimmed, more: due.length > limit };
  }

  async close(): Promise<void> {}

  #requireRoom(): void {
    if (this.#rows.size < this.#maxKeys) return;
    throw new RuntwiceError(
      'ERR_RUNTWICE_STORE_FULL',
      `the memory store is full: it holds ${this.#maxKeys} keys`,
      { fix: 'Nothing was run. Purge it, raise maxKeys, or use a store on disk.' },
    );
  }
}

function isListed(id: string, row: Row, query: ListQuery, now: number): boolean {
  return (
    id.startsWith(query.prefix) &&
    (query.after === undefined || compareIds(id, query.after) > 0) &&
    (query.states === undefined || query.states.includes(row.state)) &&
    (query.olderThanMs === undefined || row.startedAt <= now - query.olderThanMs)
  );
}

/** As bytes in UTF-8: by code points. */
function compareIds(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
