// Real processes that want the same keys at the same time.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { postgresStore } from '../../../src/stores/postgres/index.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';
import type { Ended, Work } from '../../support/postgres-child.ts';

const CHILD = fileURLToPath(new URL('../../support/postgres-child.ts', import.meta.url));
const PROCESSES = 4;

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** So many processes do that work, begun at the same time; each wants the ids in another order. */
async function race(db: Database, kind: Work['kind'], ids: readonly string[]): Promise<Ended[]> {
  const children = Array.from({ length: PROCESSES }, (_, index) => {
    const from = Math.floor((ids.length * index) / PROCESSES);
    const turned = [...ids.slice(from), ...ids.slice(0, from)];
    const order = index % 2 === 0 ? turned : turned.reverse();
    const driver = index < PROCESSES / 2 ? 'pg' : 'postgres.js';
    return start({ kind, address: db.address, driver, ids: order });
  });
  const lines = children.map(({ stdout }) =>
    createInterface({ input: stdout })[Symbol.asyncIterator](),
  );
  for (const line of lines) expect((await line.next()).value).toBe('ready');
  for (const { stdin } of children) stdin.end('go\n');
  const ended = await Promise.all(lines.map(async (line) => (await line.next()).value));
  await Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit')));
  return ended.map((line) => JSON.parse(String(line)) as Ended);
}

function start(work: Work): Child {
  const args = [CHILD, JSON.stringify(work)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

describe.runIf(await isPostgresThere('races of processes in PostgreSQL'))('four processes', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
    await db.ask('CREATE TABLE effects (key text)');
    await db.ask('CREATE TABLE results (key text, result text)');
  });
  afterAll(() => db.drop());

  it('make the table, and claim the same key a hundred times each: one wins', async () => {
    const ended = await race(
      db,
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
    await expectWonOnce(await race(db, 'claim', ids), ids, 1);
  });

  it('take over the same 500 keys of a dead process: each is won once', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `dead ${index}`);
    const store = await postgresStore(db.pool());
    const dead = { owner: 'dead', fingerprint: 'f', leaseMs: 0, keepMs: 1, rememberMs: 1 };
    await Promise.all(ids.map((id) => store.claim({ id, ...dead })));
    await expectWonOnce(await race(db, 'takeOver', ids), ids, 2);
  });

  it('call with the same 200 keys: each effect happens once, and all have its result', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `call ${index}`);
    const ended = await race(db, 'call', keys);
    expect(ended.flatMap(({ errors }) => errors)).toEqual([]);
    const [counts] = await db.ask(`SELECT
      (SELECT count(*)::int FROM effects) AS effects,
      (SELECT count(DISTINCT key)::int FROM effects) AS keys,
      (SELECT count(*)::int FROM results) AS results,
      (SELECT count(*)::int FROM (SELECT DISTINCT key, result FROM results) AS r) AS different`);
    const results = keys.length * PROCESSES;
    expect(counts).toEqual({ effects: 200, keys: 200, results, different: 200 });
  });

  async function expectWonOnce(
    ended: readonly Ended[],
    ids: readonly string[],
    attempt: number,
  ): Promise<void> {
    expect(ended.flatMap(({ errors }) => errors)).toEqual([]);
    expect(ended.flatMap(({ won }) => won).sort()).toEqual([...ids].sort());
    const wrong = await db.ask(
      `SELECT 1 FROM runtwice_ledger WHERE convert_from(id, 'UTF8') = ANY ($1)
       AND (state <> 1 OR attempt <> $2 OR owner <> result || ' ' || convert_from(id, 'UTF8'))`,
      [ids, attempt],
    );
    expect(wrong).toEqual([]);
  }
});
