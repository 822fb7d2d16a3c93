import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, it } from 'vitest';
import { sqliteStore } from '../../../src/stores/sqlite/index.ts';
import { describeStore } from '../../../src/testing/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'runtwice-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeStore(
  { describe, it },
  { name: 'sqlite', open: (clock) => sqliteStore(join(folder, 'ledger.db'), { clock }) },
);

// As a store on a server will be: it goes by its own clock, and is told that time has passed.
describeStore(
  { describe, it },
  {
    name: "sqlite, by the machine's clock",
    open: () => sqliteStore(join(folder, 'machine.db')),
    advance: async (ms) => age(join(folder, 'machine.db'), ms),
  },
);

const TIMES = 'lease_until first_at started_at finished_at keep_until purge_after'.split(' ');

/** Makes all records older. */
function age(path: string, ms: number): void {
  const changes = TIMES.map(
    (name) => `${name} = CASE ${name} WHEN 0 THEN 0 ELSE ${name} - ${ms} END`,
  );
  const db = new DatabaseSync(path, { timeout: 10_000 });
  db.exec(`UPDATE runtwice_ledger SET ${changes.join()}`);
  db.close();
}
