import pg from 'pg';
import { createLedger } from '../../src/index.ts';
import { postgresStore } from '../../src/stores/postgres/index.ts';
import { NOTHING, newKey, pick, RESULT, type Setup } from './pair.ts';
import { ownPostgres } from './servers.ts';

const CONNECTIONS = 16;

const INSERT = {
  name: 'insert',
  text: `INSERT INTO bare VALUES ($1, 'owner', 0, NULL) ON CONFLICT DO NOTHING RETURNING id`,
};
const UPDATE = {
  name: 'update',
  text: `UPDATE bare SET state = 1, result = $2 WHERE id = $1 AND owner = 'owner'`,
};
const SELECT = { name: 'select', text: 'SELECT * FROM bare WHERE id = $1' };

/** The PostgreSQL store against pg with an INSERT and an UPDATE, a SELECT, and a bare transaction. */
export async function postgresPairs(): Promise<Setup> {
  const own = await ownPostgres();
  if (own === undefined) return NOTHING;
  const [pool, bare] = [0, 1].map(() => new pg.Pool({ ...own.address, max: CONNECTIONS })) as [
    pg.Pool,
    pg.Pool,
  ];
  await bare.query(
    'CREATE TABLE bare (id text PRIMARY KEY, owner text, state int, result text) WITH (fillfactor = 85)',
  );
  await bare.query('CREATE TABLE orders (id text)');
  const ledger = createLedger({ store: await postgresStore(pool), namespace: 'bench', keep: '1d' });
  const charge = ledger.operation('charge', async () => RESULT);
  const once = async (key: string) => {
    await bare.query({ ...INSERT, values: [key] });
    await bare.query({ ...UPDATE, values: [key, JSON.stringify(RESULT)] });
  };
  const known = Array.from({ length: 10_000 }, newKey);
  await Promise.all(known.map((key) => charge(1, { key })));
  await bare.query(
    `INSERT INTO bare SELECT id, 'owner', 1, $2 FROM unnest($1::text[]) AS known(id)`,
    [known, JSON.stringify(RESULT)],
  );
  const place = (tx: Pick<pg.Pool, 'query'>, key: string) =>
    tx.query({ name: 'place', text: 'INSERT INTO orders VALUES ($1)', values: [key] });
  return {
    pairs: [
      {
        name: 'PostgreSQL, new key',
        callers: [1, 16, 64],
        ours: () => charge(1, { key: newKey() }),
        other: () => once(newKey()),
        otherName: 'INSERT, UPDATE',
        least: { 1: 0.95, 16: 3, 64: 6 },
      },
      {
        name: 'PostgreSQL, known key',
        callers: [1, 64],
        ours: () => charge(1, { key: pick(known) }),
        other: async () => {
          const { rows } = await bare.query({ ...SELECT, values: [pick(known)] });
          return JSON.parse(rows[0].result);
        },
        otherName: 'SELECT',
        least: { 1: 0.8, 64: 0.9 },
      },
      {
        name: 'PostgreSQL, in a transaction',
        callers: [1, 16],
        ours: () => {
          const key = newKey();
          const call = { operation: 'place', key, input: 1 };
          return ledger.transaction(pool, call, async (tx) => {
            await place(tx, key);
            return RESULT;
          });
        },
        other: async () => {
          const client = await bare.connect();
          await client.query('BEGIN');
          await place(client, newKey());
          await client.query('COMMIT');
          client.release();
        },
        otherName: 'the same without a key',
        least: { 1: 0.75, 16: 0.5 },
      },
    ],
    async close() {
      await ledger.close();
      await Promise.all([pool.end(), bare.end()]);
      await own.drop();
    },
  };
}
