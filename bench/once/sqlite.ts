import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createLedger } from '../../src/index.ts';
import { sqliteStore } from '../../src/stores/sqlite/index.ts';
import { newKey, pick, RESULT, type Setup } from './pair.ts';

/** The SQLite store against two bare transactions, `synchronous = FULL`, and a bare SELECT. */
export async function sqlitePairs(folder: string): Promise<Setup> {
  const store = await sqliteStore(join(folder, 'ledger.db'));
  const ledger = createLedger({ store, namespace: 'bench', keep: '1d' });
  const charge = ledger.operation('charge', async () => RESULT);
  const bare = new Bare(join(folder, 'bare.db'));
  const known = Array.from({ length: 10_000 }, newKey);
  await Promise.all(known.map((key) => charge(1, { key })));
  for (const key of known) bare.insert.run(key, 'owner', 1, JSON.stringify(RESULT));
  return {
    pairs: [
      {
        name: 'SQLite, new key',
        callers: [1, 64],
        ours: () => charge(1, { key: newKey() }),
        other: () => bare.once(newKey()),
        otherName: 'two transactions',
        least: { 1: 0.95, 64: 4 },
      },
      {
        name: 'SQLite, known key',
        callers: [1, 64],
        ours: () => charge(1, { key: pick(known) }),
        other: async () => JSON.parse(String(bare.select.get(pick(known))?.['result'])),
        otherName: 'SELECT',
        least: { 1: 0.8, 64: 0.8 },
      },
    ],
    async close() {
      await ledger.close();
      bare.db.close();
    },
  };
}

class Bare {
  readonly db: DatabaseSync;
  readonly insert;
  readonly update;
  readonly select;

  constructor(file: string) {
    this.db = new DatabaseSync(file);
    this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    this.db.exec(
      'CREATE TABLE keys (id TEXT PRIMARY KEY, owner TEXT, state INTEGER, result TEXT) WITHOUT ROWID',
    );
    this.insert = this.db.prepare('INSERT INTO keys VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.update = this.db.prepare(
      'UPDATE keys SET state = 1, result = ? WHERE id = ? AND owner = ?',
    );
    this.select = this.db.prepare('SELECT * FROM keys WHERE id = ?');
  }

  async once(key: string): Promise<void> {
    this.#commit(() => this.insert.run(key, 'owner', 0, null));
    await Promise.resolve();
    this.#commit(() => this.update.run(JSON.stringify(RESULT), key, 'owner'));
  }

  #commit(work: () => unknown): void {
    this.db.exec('BEGIN IMMEDIATE');
    work();
    this.db.exec('COMMIT');
  }
}
