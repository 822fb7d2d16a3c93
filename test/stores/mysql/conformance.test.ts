import { afterAll, beforeAll, describe, it } from 'vitest';
import type { MysqlClient } from '../../../src/clients/mysql.ts';
import { type MysqlStoreOptions, mysqlStore } from '../../../src/stores/mysql/index.ts';
import { describeStore } from '../../../src/testing/index.ts';
import { Database, isMysqlThere } from '../../support/mysql.ts';
import { asMysql } from './as-mysql.ts';

const TIMES = ['lease_until', 'first_at', 'started_at', 'finished_at', 'purge_after'];

interface Variant {
  readonly open: (db: Database) => MysqlClient | Promise<MysqlClient>;
  readonly options?: MysqlStoreOptions;
}

const VARIANTS: Readonly<Record<string, Variant>> = {
  'a pool with promises': { open: (db) => db.pool() },
  'a connection, unprepared': { open: (db) => db.connection(), options: { prepare: false } },
  'a pool with callbacks': { open: (db) => db.callbackPool() },
  "MySQL's statements": { open: (db) => asMysql(db.pool()) },
};

describe.runIf(await isMysqlThere('the MySQL store'))('MySQL and MariaDB', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
  });
  afterAll(() => db.drop());

  for (const [name, { open, options }] of Object.entries(VARIANTS)) {
    // One client for all cases, as a process has it.
    let client: Promise<MysqlClient> | undefined;
    describeStore(
      { describe, it },
      {
        name,
        open: async () => {
          client ??= Promise.resolve(open(db));
          return mysqlStore(await client, options);
        },
        advance: (ms) => age(db, ms),
      },
    );
  }
});

/** Makes all records older. */
async function age(db: Database, ms: number): Promise<void> {
  const changes = TIMES.map(
    (name) => `${name} = CASE ${name} WHEN 0 THEN 0 ELSE ${name} - ${ms} END`,
  );
  await db.ask(`UPDATE runtwice_ledger SET ${changes.join()}`);
}
