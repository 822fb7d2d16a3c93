import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresStore } from '../../../src/stores/postgres/index.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';
import { race } from '../../support/race.ts';
import type { Ended, Work } from '../../support/race-child.ts';

const DRIVERS = ['pg', 'postgres.js', 'pg', 'postgres.js'] as const;

describe.runIf(await isPostgresThere('races of processes in PostgreSQL'))('four processes', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
    await db.ask('CREATE TABLE effects (key text)');
    await db.ask('CREATE TABLE results (key text, result text)');
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
    const store = await postgresStore(db.pool());
    const dead = { owner: 'dead', fingerprint: 'f', leaseMs: 0, keepMs: 1, rememberMs: 1 };
    await Promise.all(ids.map((id) => store.claim({ id, ...dead })));
    await expectWonOnce(await raceFor('takeOver', ids), ids, 2);
  });

  it('call with the same 200 keys: each effect happens once, and all have its result', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `call ${index}`);
    const ended = await raceFor('call', keys);
    expect(ended.flatMap(({ errors }) => errors)).toEqual([]);
    const [counts] = await db.ask(`SELECT
      (SELECT count(*)::int FROM effects) AS effects,
      (SELECT count(DISTINCT key)::int FROM effects) AS keys,
      (SELECT count(*)::int FROM results) AS results,
      (SELECT count(*)::int FROM (SELECT DISTINCT key, result FROM results) AS r) AS different`);
    const results = keys.length * DRIVERS.length;
    expect(counts).toEqual({ effects: 200, keys: 200, results, different: 200 });
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
    const wrong = await db.ask(
      `SELECT 1 FROM runtwice_ledger WHERE convert_from(id, 'UTF8') = ANY ($1)
       AND (state <> 1 OR attempt <> $2 OR owner <> result)`,
      [ids, attempt],
    );
    expect(wrong).toEqual([]);
  }
});
