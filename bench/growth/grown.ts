import type pg from 'pg';
import { createLedger, type Ledger } from '../../src/index.ts';
import { postgresStore } from '../../src/stores/postgres/index.ts';
import { RESULT } from '../once/pair.ts';

const KEEP_MS = 30 * 86_400_000;

/** A ledger's table with many keys. */
export class Grown {
  readonly keys: number;
  readonly name: string;
  readonly #pool: pg.Pool;
  readonly #ledger: Ledger;
  readonly #charge: (input: number, call: { key: string }) => Promise<unknown>;
  #made = 0;

  private constructor(pool: pg.Pool, keys: number, name: string, ledger: Ledger) {
    this.keys = keys;
    this.name = name;
    this.#pool = pool;
    this.#ledger = ledger;
    this.#charge = ledger.operation('charge', async () => RESULT);
  }

  static async open(pool: pg.Pool, keys: number, partitions: number): Promise<Grown> {
    const name = `ledger_${keys}`;
    const store = await postgresStore(pool, { table: name, partitions });
    const ledger = createLedger({ store, namespace: 'bench', keep: KEEP_MS, remember: 0 });
    const grown = new Grown(pool, keys, name, ledger);
    // One key as a ledger makes it, for the others to be like.
    await grown.#charge(1, { key: 'pattern' });
    return grown;
  }

  call(kind: 'new' | 'known'): Promise<unknown> {
    const key =
      kind === 'new' ? `new-${++this.#made}` : `key-${Math.floor(Math.random() * this.keys)}`;
    return this.#charge(1, { key });
  }

  async bytesPerKey(): Promise<number> {
    const { rows } = await this.#pool.query(
      `SELECT sum(pg_total_relation_size(oid)) AS size FROM pg_class
       WHERE oid = $1::regclass OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = $1::regclass)`,
      [this.name],
    );
    return Number(rows[0].size) / this.keys;
  }

  /** Makes a tenth of the keys old, and forgets them. */
  async purge(): Promise<string> {
    const old = Math.floor(this.keys / 10);
    await this.#pool.query(
      `UPDATE ${this.name} SET finished_at = 0, purge_after = 0
       WHERE id IN (SELECT id FROM ${this.name} LIMIT ${old})`,
    );
    const start = performance.now();
    const { removed } = await this.#ledger.admin.purge();
    const ms = performance.now() - start;
    const each = ((ms / removed) * 1000).toFixed(1);
    return `${this.name}: a purge forgot ${removed} keys in ${(ms / 1000).toFixed(1)} s (${each} µs a key)`;
  }
}

/** Finished keys in an order that is no order of their ids, each like the pattern. */
export function fillSql(name: string, keys: number): string {
  return `INSERT INTO ${name} (id, fingerprint, state, attempt, owner, lease_until, progress, codec,
      result, first_at, started_at, finished_at, keep_ms, remember_ms, purge_after)
    SELECT convert_to(replace(convert_from(p.id, 'UTF8'), 'pattern', 'key-' || n), 'UTF8'),
      p.fingerprint, p.state, p.attempt, p.owner, p.lease_until, p.progress, p.codec, p.result,
      p.first_at, p.started_at, p.finished_at, p.keep_ms, p.remember_ms, p.purge_after
    FROM ${name} AS p, generate_series(0, ${keys - 1}) AS n
    WHERE convert_from(p.id, 'UTF8') LIKE '%pattern'
    ORDER BY hashint4(n)`;
}
