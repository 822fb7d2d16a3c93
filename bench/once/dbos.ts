import pg from 'pg';
import { createLedger } from '../../src/index.ts';
import { postgresStore } from '../../src/stores/postgres/index.ts';
import { NOTHING, newKey, pick, RESULT, type Setup } from './pair.ts';
import { withPeer } from './peers.ts';
import { ownPostgres } from './servers.ts';

const CONNECTIONS = 16;

interface Dbos {
  setConfig(config: object): void;
  launch(): Promise<void>;
  shutdown(): Promise<void>;
  registerWorkflow(act: Act, options: { name: string }): Act;
  runStep(act: () => Promise<unknown>, options: { name: string }): Promise<unknown>;
  withNextWorkflowID(id: string, act: () => Promise<unknown>): Promise<unknown>;
}

type Act = (input: number) => Promise<unknown>;

/** The PostgreSQL store against a workflow of DBOS with one step, whose identity is the key. */
export function dbosPairs(): Promise<Setup> {
  return withPeer(['@dbos-inc/dbos-sdk'], ({ DBOS }: { DBOS: Dbos }) => setUp(DBOS));
}

async function setUp(dbos: Dbos): Promise<Setup> {
  const own = await ownPostgres();
  if (own === undefined) return NOTHING;
  const pool = new pg.Pool({ ...own.address, max: CONNECTIONS });
  const ledger = createLedger({ store: await postgresStore(pool), namespace: 'bench', keep: '1d' });
  const charge = ledger.operation('charge', async () => RESULT);
  const stepped = ledger.operation(
    'stepped',
    (_: number, attempt) => attempt.step('charge', async () => RESULT),
    { steps: true },
  );
  const { host, port, user, database } = own.address;
  dbos.setConfig({
    name: 'bench',
    systemDatabaseUrl: `postgresql://${user}@${host}:${port}/${database}`,
    systemDatabasePoolSize: CONNECTIONS,
    logger: SILENT,
  });
  const bare = dbos.registerWorkflow(async () => RESULT, { name: 'bare' });
  const step = () => dbos.runStep(async () => RESULT, { name: 'charge' });
  const workflow = dbos.registerWorkflow(step, { name: 'stepped' });
  await dbos.launch();
  const by = (act: Act, key: string) => dbos.withNextWorkflowID(key, () => act(1));
  const known = Array.from({ length: 4000 }, newKey);
  await Promise.all(known.flatMap((key) => [charge(1, { key }), by(workflow, key)]));
  return {
    pairs: [
      {
        name: 'PostgreSQL, new key',
        callers: [1, 64],
        ours: () => charge(1, { key: newKey() }),
        other: () => by(workflow, newKey()),
        otherName: 'DBOS with a step',
        least: { 1: 4, 64: 20 },
      },
      {
        name: 'PostgreSQL, new key, with a step',
        callers: [1, 64],
        ours: () => stepped(1, { key: newKey() }),
        other: () => by(workflow, newKey()),
        otherName: 'DBOS with a step',
        least: {},
      },
      {
        name: 'PostgreSQL, new key',
        callers: [1, 64],
        ours: () => charge(1, { key: newKey() }),
        other: () => by(bare, newKey()),
        otherName: 'DBOS without a step',
        least: {},
      },
      {
        name: 'PostgreSQL, known key',
        callers: [1, 64],
        ours: () => charge(1, { key: pick(known) }),
        other: () => by(workflow, pick(known)),
        otherName: 'DBOS',
        least: {},
      },
    ],
    async close() {
      await dbos.shutdown();
      await ledger.close();
      await pool.end();
      await own.drop();
    },
  };
}

const SILENT = {
  info() {},
  debug() {},
  warn() {},
  error: (words: unknown) => console.error(words),
};
