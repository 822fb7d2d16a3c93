// A PostgreSQL database that the command gets clones of, made from a template.
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Clone,
  type ClonedDatabase,
  type DatabaseSource,
  nameIn,
  serverOf,
  unusable,
  withName,
} from '../database/database.ts';
import { cloneName, isLeftover } from '../database/names.ts';
import type { Entry } from '../files/manifest.ts';
import { openDoor } from './door.ts';
import { readDatabase } from './read.ts';

/** The part of pg that is used. */
export interface PgModule {
  readonly Client: new (options: { connectionString: string }) => PgConnection;
}

export interface PgConnection {
  connect(): Promise<unknown>;
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  end(): Promise<void>;
}

const PORT = 5432;

/** So long may what a killed command had sent take to end. */
const MAX_WAITS = 600;

const FIX =
  'Give the URL of a database that nobody uses meanwhile, and a role that may create databases.';

export class PostgresDatabase implements ClonedDatabase {
  readonly #source: DatabaseSource<PgModule>;
  readonly #admin: PgConnection;
  readonly #base: string = cloneName();
  #made = 0;
  readonly #ends = new Set<() => Promise<void>>();

  private constructor(source: DatabaseSource<PgModule>, admin: PgConnection) {
    this.#source = source;
    this.#admin = admin;
  }

  /** Makes the first clone, of which all others are made. */
  static async open(source: DatabaseSource<PgModule>): Promise<PostgresDatabase> {
    const name = nameIn(source.url);
    const beside = name === 'postgres' ? 'template1' : 'postgres';
    const admin = await connected(source.client, withName(source.url, beside));
    const database = new PostgresDatabase(source, admin);
    try {
      await database.#sweep();
      await database.#create(database.#base, name);
      return database;
    } catch (error) {
      await database.close();
      throw unusable(`the database ${name} cannot be cloned`, error, FIX);
    }
  }

  async make(): Promise<Clone> {
    const name = cloneName();
    const { url, pathOf } = this.#source;
    await this.#create(name, this.#base);
    this.#made += 1;
    const door = await openDoor(pathOf(`${this.#made}.sock`), {
      server: serverOf(url, PORT),
      name: nameIn(url),
      clone: name,
    });
    const drop = async (): Promise<void> => {
      this.#ends.delete(drop);
      await door.close();
      await this.#drop(name);
    };
    this.#ends.add(drop);
    return { socket: door.socket, url: inside(url), read: () => this.#read(name), drop };
  }

  async close(): Promise<void> {
    for (const end of this.#ends) await end();
    await this.#drop(this.#base);
    await this.#admin.end();
  }

  async #read(name: string): Promise<[string, Entry][]> {
    await this.#idle(name);
    const { url, client } = this.#source;
    const connection = await connected(client, withName(url, name));
    try {
      return await readDatabase(connection, nameIn(url));
    } finally {
      await connection.end();
    }
  }

  async #create(name: string, template: string): Promise<void> {
    await this.#admin.query(
      `CREATE DATABASE "${name}" TEMPLATE "${template.replaceAll('"', '""')}"`,
    );
  }

  async #drop(name: string): Promise<void> {
    await this.#admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  }

  /** What checks left that were killed; what is another role's stays. */
  async #sweep(): Promise<void> {
    const { rows } = await this.#admin.query(
      `SELECT datname FROM pg_database WHERE datname LIKE 'runtwice\\_check\\_%' AND pg_has_role(datdba, 'USAGE')`,
    );
    for (const name of rows.map(({ datname }) => String(datname)).filter(isLeftover)) {
      await this.#drop(name);
    }
  }

  /** What was sent before a kill is done, or undone, by then. */
  async #idle(name: string): Promise<void> {
    const sql = 'SELECT count(*)::int AS number FROM pg_stat_activity WHERE datname = $1';
    for (let waits = 0; waits < MAX_WAITS; waits++) {
      const { rows } = await this.#admin.query(sql, [name]);
      if (rows[0]?.['number'] === 0) return;
      await delay(5);
    }
  }
}

/** As the command is to see it: its door speaks no TLS. */
function inside(url: URL): URL {
  const seen = new URL(url);
  for (const name of [...seen.searchParams.keys()]) {
    if (name.startsWith('ssl')) seen.searchParams.delete(name);
  }
  return seen;
}

async function connected(pg: PgModule, url: URL): Promise<PgConnection> {
  const client = new pg.Client({ connectionString: url.href });
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw unusable('the database cannot be reached', error, FIX);
  }
}
