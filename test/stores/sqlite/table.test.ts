import { DatabaseSync } from 'node:sqlite';
import { expect, it, vi } from 'vitest';
import { SCHEMA, Table } from '../../../src/stores/sqlite/table.ts';

/** How SQLite would go about all that was asked of the table. */
function plansOf(use: (table: Table) => void): string[] {
  const db = new DatabaseSync(':memory:');
  db.exec(SCHEMA);
  const table = new Table(db);
  const prepare = vi.spyOn(db, 'prepare');
  use(table);
  const asked = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  return asked.flatMap((sql) =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => String(row['detail'])),
  );
}

it('finds a record, and a page of them, by the id alone', () => {
  const query = { prefix: 'a/', after: 'a/b', states: undefined, startedUntil: 1, limit: 10 };
  const plans = [...plansOf((table) => table.get('a')), ...plansOf((table) => table.range(query))];
  expect(plans).toContain('SEARCH runtwice_ledger USING PRIMARY KEY (id=?)');
  expect(plans).toContain('SEARCH runtwice_ledger USING PRIMARY KEY (id>? AND id<?)');
  expect(plans.join()).not.toContain('TEMP B-TREE');
});

it('finds what is due without going through what is not', () => {
  const plans = plansOf((table) => table.due('a/', 1, 10));
  expect(plans).toEqual([
    'SEARCH runtwice_ledger USING INDEX runtwice_ledger_purge (purge_after<?)',
  ]);
});
