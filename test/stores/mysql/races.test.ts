import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mysqlStore } from '../../../src/stores/mysql/index.ts';
import { Database, isMysqlThere } from '../../support/mysql.ts';
import { race } from '../../support/race.ts';
import type { Ended, Work } from '../../support/race-child.ts';

const DRIVERS = ['mysql2', 'mysql2', 'mysql2', 'mysql2'] as const;

describe.runIf(await isMysqlThere('races of processes in MariaDB'))('four processes', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
    await db.ask('CREATE TABLE effects (id varchar(99))');
    await db.ask('CREATE TABLE results (id varchar(99), result varchar(99))');
  });
  afterAll(() => db.drop());

  it('make the table, and claim the same key a hundred times each: one wins', async () => {
    const ended = await raceFor(
      'claim',
      Array.from({ length: 100 }, () => 'one'),
    );
    expect(ended.flatMap(({ errors }) => errors)).toEqual([]);
    expect(ended.flatMap(({ won }) => won)).toEqual(['one']);
    expect(await db.ask('SELECT attempt, state FROM runtwice_ledger')).toEqual([
      { attempt: 1, state: 1 },
    ]);
  });

  it('claim the same 500 keys: each is won once', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `claim ${index}`);
    await expectWonOnce(await raceFor('claim', ids), ids, 1);
  });

  it('take over the same 500 keys of a dead process: each is won once', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `dead ${index}`);
    const store = await mysqlStore(db.pool());
    const dead = { owner: 'dead', fingerprint: 'f', leaseMs: 0, keepMs: 1, rememberMs: 1 };
    await Promise.all(ids.map((id) => store.claim({ id, ...dead })));
    await expectWonOnce(await raceFor('takeOver', ids), ids, 2);
  });

  it('call with the same 200 keys: each effect happens once, and all have its result', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `call ${index}`);
    const ended = await raceFor('call', keys);
    expect(ended.flatMap(({ errors }) => errors)).toEqual([]);
    const [counts] = await db.ask(`SELECT
      (SELECT COUNT(*) FROM effects) AS effects,
      (SELECT COUNT(DISTINCT id) FROM effects) AS ids,
      (SELECT COUNT(*) FROM results) AS results,
      (SELECT COUNT(*) FROM (SELECT DISTINCT id, result FROM results) AS r) AS different`);
    const results = keys.length * DRIVERS.length;
    expect(counts).toEqual({ effects: 200, ids: 200, results, different: 200 });
  });

  const raceFor = (kind: Work['kind'], ids: readonly string[]) =>
    race(DRIVERS, { kind, address: db.address, ids });

  async function expectWonOnce(
    ended: readonly Ended[],
    ids: readonly string[],
    attempt: number,
  ): Promise<void> {
    expect(ended.flatMap(({ errors }) => errors)).toEqual([]);
    expect(ended.flatMap(({ won }) => won).sort()).toEqual([...ids].sort());
    const prefix = `${ids[0]?.split(' ')[0]} %`;
    const rows = await db.ask(
      `SELECT COUNT(*) AS n, SUM(state <> 1 OR attempt <> ? OR owner <> result) AS wrong
       FROM runtwice_ledger WHERE id LIKE ?`,
      [attempt, prefix],
    );
    expect(rows.map(({ n, wrong }) => [Number(n), Number(wrong)])).toEqual([[ids.length, 0]]);
  }
});
