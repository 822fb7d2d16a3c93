import { afterAll, beforeAll, describe, it } from 'vitest';
import type { PostgresClient } from '../../../src/clients/postgres.ts';
import { type PostgresStoreOptions, postgresStore } from '../../../src/stores/postgres/index.ts';
import { describeStore } from '../../../src/testing/index.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';

const PARTED = 'parted_ledger';

const TIMES = ['lease_until', 'first_at', 'started_at', 'finished_at', 'purge_after'];

interface Variant {
  readonly open: (db: Database) => PostgresClient | Promise<PostgresClient>;
  readonly options?: PostgresStoreOptions;
}

const VARIANTS: Readonly<Record<string, Variant>> = {
  'a Pool of pg': { open: (db) => db.pool() },
  'a Client of pg, unprepared': { open: (db) => db.client(), options: { prepare: false } },
  'postgres.js': { open: (db) => db.js() },
  'a table in parts': { open: (db) => db.pool(), options: { table: PARTED, partitions: 4 } },
};

describe.runIf(await isPostgresThere('the PostgreSQL store'))('PostgreSQL', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
  });
  afterAll(() => db.drop());

  for (const [name, { open, options }] of Object.entries(VARIANTS)) {
    // One client for all cases, as a process has it.
    let client: Promise<PostgresClient> | undefined;
    describeStore(
      { describe, it },
      {
        name,
        open: async () => {
          client ??= Promise.resolve(open(db));
          return postgresStore(await client, options);
        },
        advance: (ms) => age(db, options?.table ?? 'runtwice_ledger', ms),
      },
    );
  }
});

/** Makes all records older. */
async function age(db: Database, table: string, ms: number): Promise<void> {
  const changes = TIMES.map(
    (name) => `${name} = CASE ${name} WHEN 0 THEN 0 ELSE ${name} - ${ms} END`,
  );
  await db.ask(`UPDATE ${table} SET ${changes.join()}`);
}
