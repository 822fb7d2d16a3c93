import mysql from 'mysql2/promise';
import { createLedger } from '../../src/index.ts';
import { mysqlStore } from '../../src/stores/mysql/index.ts';
import { NOTHING, newKey, pick, RESULT, type Setup } from './pair.ts';
import { ownMysql } from './servers.ts';

const CONNECTIONS = 16;

/** The MariaDB store against mysql2 with an INSERT and an UPDATE, and a SELECT, all prepared. */
export async function mysqlPairs(): Promise<Setup> {
  const own = await ownMysql();
  if (own === undefined) return NOTHING;
  const open = () => mysql.createPool({ ...own.address, connectionLimit: CONNECTIONS });
  const [pool, bare] = [open(), open()];
  await bare.query(
    'CREATE TABLE bare (id varbinary(512) PRIMARY KEY, owner varbinary(99), state int, result longblob)',
  );
  const ledger = createLedger({ store: await mysqlStore(pool), namespace: 'bench', keep: '1d' });
  const charge = ledger.operation('charge', async () => RESULT);
  const once = async (key: string) => {
    await bare.execute("INSERT IGNORE INTO bare VALUES (?, 'owner', 0, NULL)", [key]);
    await bare.execute("UPDATE bare SET state = 1, result = ? WHERE id = ? AND owner = 'owner'", [
      JSON.stringify(RESULT),
      key,
    ]);
  };
  const known = Array.from({ length: 10_000 }, newKey);
  await Promise.all(known.map((key) => charge(1, { key })));
  const rows = known.map((key) => [key, 'owner', 1, JSON.stringify(RESULT)]);
  await bare.query('INSERT INTO bare VALUES ?', [rows]);
  return {
    pairs: [
      {
        name: 'MariaDB, new key',
        callers: [1, 64],
        ours: () => charge(1, { key: newKey() }),
        other: () => once(newKey()),
        otherName: 'INSERT, UPDATE',
        least: { 1: 0.95, 64: 3.5 },
      },
      {
        name: 'MariaDB, known key',
        callers: [1, 64],
        ours: () => charge(1, { key: pick(known) }),
        other: async () => {
          const [found] = await bare.execute('SELECT * FROM bare WHERE id = ?', [pick(known)]);
          return JSON.parse(String((found as { result: Buffer }[])[0]?.result));
        },
        otherName: 'SELECT',
        least: { 1: 0.95, 64: 0.95 },
      },
    ],
    async close() {
      await ledger.close();
      await Promise.all([pool.end(), bare.end()]);
      await own.drop();
    },
  };
}
