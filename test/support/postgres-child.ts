// A process of its own that uses a ledger in PostgreSQL. It says `ready` when its store is open, begins
// when it is told to, and says at its end what came of it: a line of JSON.
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import pg from 'pg';
import postgres from 'postgres';
import { createLedger } from '../../src/once/ledger.ts';
import type { ClaimRequest } from '../../src/once/store/types.ts';
import { postgresStore } from '../../src/stores/postgres/index.ts';
import type { Address } from './postgres.ts';

/** What the process is to do. */
export interface Work {
  readonly kind: 'claim' | 'takeOver' | 'call';
  readonly address: Address;
  readonly driver: 'pg' | 'postgres.js';
  readonly ids: readonly string[];
}

/** What came of it: the ids that it won, and whatever it was told instead of an answer. */
export interface Ended {
  readonly won: readonly string[];
  readonly errors: readonly string[];
}

const { kind, address, driver, ids } = JSON.parse(process.argv[2] ?? '') as Work;
const own = `process ${process.pid}`;
const won: string[] = [];
const errors: string[] = [];

const pool = new pg.Pool({ ...address, max: 4 });
const sql = postgres({ ...address, max: 4 });
const store = await postgresStore(driver === 'pg' ? pool : sql);
const ledger = createLedger({ store, namespace: 'race', keep: 'forever' });

const times = { leaseMs: 60_000, keepMs: Number.POSITIVE_INFINITY, rememberMs: 0 };
const takeover = { owner: 'dead', evenIfLeased: false };

/** Claims an id, and finishes it if it is won. */
async function claim(id: string, request: Partial<ClaimRequest>): Promise<void> {
  const owner = `${own} ${id}`;
  const { claimed } = await store.claim({ id, owner, fingerprint: 'f', ...times, ...request });
  if (!claimed) return;
  won.push(id);
  const at = await store.update({ id, owner, state: 'done', result: { codec: 'json', text: own } });
  if (at === undefined) errors.push(`the end of ${id} was refused`);
}

/** Calls with a key; its effect is a row. */
async function call(key: string): Promise<void> {
  const result = await ledger.once({ operation: 'race', key, input: key }, async () => {
    won.push(key);
    await pool.query('INSERT INTO effects VALUES ($1)', [key]);
    return own;
  });
  await pool.query('INSERT INTO results VALUES ($1, $2)', [key, result]);
}

const WORKS = {
  claim: (id: string) => claim(id, {}),
  takeOver: (id: string) => claim(id, { takeover }),
  call,
};

writeSync(1, 'ready\n');
await once(process.stdin, 'data');
for (const end of await Promise.allSettled(ids.map(WORKS[kind]))) {
  if (end.status === 'rejected') errors.push(String(end.reason));
}
writeSync(1, `${JSON.stringify({ won, errors })}\n`);
await ledger.close();
await Promise.all([pool.end(), sql.end()]);
process.exit();
