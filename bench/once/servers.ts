// Databases of the bench's own on the servers that run here.
import mysql from 'mysql2/promise';
import pg from 'pg';

const DATABASE = `runtwice_bench_${process.pid}`;

const POSTGRES = { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'postgres' };
const MYSQL = { host: '127.0.0.1', port: 3306, user: 'root' };

/** A database, and what drops it; undefined where no server answers. */
export interface Own<Address> {
  readonly address: Address;
  drop(): Promise<void>;
}

export async function ownPostgres(): Promise<Own<typeof POSTGRES> | undefined> {
  const run = async (text: string): Promise<void> => {
    const client = new pg.Client(POSTGRES);
    await client.connect();
    await client.query(text);
    await client.end();
  };
  if (!(await isDone(() => run(`CREATE DATABASE ${DATABASE}`)))) return undefined;
  const drop = () => run(`DROP DATABASE ${DATABASE} WITH (FORCE)`);
  return { address: { ...POSTGRES, database: DATABASE }, drop };
}

export async function ownMysql(): Promise<Own<typeof MYSQL & { database: string }> | undefined> {
  const run = async (text: string): Promise<void> => {
    const connection = await mysql.createConnection(MYSQL);
    await connection.query(text);
    await connection.end();
  };
  if (!(await isDone(() => run(`CREATE DATABASE ${DATABASE}`)))) return undefined;
  const drop = () => run(`DROP DATABASE ${DATABASE}`);
  return { address: { ...MYSQL, database: DATABASE }, drop };
}

async function isDone(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    console.log(`  left out: ${error instanceof Error ? error.message || error.name : error}`);
    return false;
  }
}
