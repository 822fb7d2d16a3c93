// A database that the command gets a clone of, and what has become of the clone.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { RuntwiceError } from '../../../core/errors.ts';
import type { Entry } from '../files/manifest.ts';
import { Door } from './door.ts';
import { TABLES, type Table, tableSql } from './tables.ts';

/** The part of pg that is used. */
export interface PgModule {
  readonly Client: new (options: { connectionString: string }) => PgConnection;
}

export interface PgConnection {
  connect(): Promise<unknown>;
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  end(): Promise<void>;
}

/** So long may what a killed command had sent take to end. */
const MAX_WAITS = 600;

export class Clones {
  readonly #url: URL;
  readonly #pg: PgModule;
  readonly #door: Door;
  readonly #admin: PgConnection;
  readonly #names = new Set<string>();
  readonly #base = `runtwice_check_${randomBytes(6).toString('hex')}`;

  private constructor(url: URL, pg: PgModule, door: Door, admin: PgConnection) {
    this.#url = url;
    this.#pg = pg;
    this.#door = door;
    this.#admin = admin;
  }

  /** Makes the first clone, of which all others are made; the way to them is that socket. */
  static async start(text: string, pg: PgModule, socket: string): Promise<Clones> {
    const url = new URL(text);
    const name = nameIn(url);
    const admin = await connected(
      pg,
      withName(url, name === 'postgres' ? 'template1' : 'postgres'),
    );
    const host = url.hostname || '127.0.0.1';
    const door = await Door.open(socket, { host, port: Number(url.port || 5432), name });
    const clones = new Clones(url, pg, door, admin);
    try {
      await clones.#create(clones.#base, name);
      return clones;
    } catch (error) {
      await clones.close();
      throw unusable(`the database ${name} cannot be cloned`, error);
    }
  }

  async make(): Promise<string> {
    const name = `${this.#base}_${this.#names.size}`;
    await this.#create(name, this.#base);
    return name;
  }

  /** From now on the command gets to this one. */
  use(name: string): void {
    this.#door.clone = name;
  }

  /** Each table: its form, how many rows it has, and a sum of what is in them. */
  async read(name: string): Promise<[string, Entry][]> {
    await this.#idle(name);
    const client = await connected(this.#pg, withName(this.#url, name));
    try {
      const entries: [string, Entry][] = [];
      for (const table of (await client.query(TABLES)).rows as unknown as Table[]) {
        const { rows } = await client.query(tableSql(table));
        const { number, sum } = rows[0] as { number: string; sum: string };
        const content = `${table.form} ${number} ${sum}`;
        const entry = {
          kind: 'table',
          mode: 0,
          content,
          size: Number(number),
          stamp: content,
        } as const;
        entries.push([`${nameIn(this.#url)}:${table.schema}.${table.name}`, entry]);
      }
      return entries;
    } finally {
      await client.end();
    }
  }

  async drop(name: string): Promise<void> {
    await this.#admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  }

  async close(): Promise<void> {
    await this.#door.close();
    for (const name of [...this.#names, this.#base]) await this.drop(name);
    await this.#admin.end();
  }

  async #create(name: string, template: string): Promise<void> {
    this.#names.add(name);
    await this.#admin.query(
      `CREATE DATABASE "${name}" TEMPLATE "${template.replaceAll('"', '""')}"`,
    );
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

async function connected(pg: PgModule, url: URL): Promise<PgConnection> {
  const client = new pg.Client({ connectionString: url.href });
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw unusable('the database cannot be reached', error);
  }
}

function nameIn({ pathname }: URL): string {
  return decodeURIComponent(pathname.slice(1));
}

function withName(url: URL, name: string): URL {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(name)}`;
  return other;
}

function unusable(what: string, cause: unknown): RuntwiceError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', `${what}: ${why}`, {
    fix: 'Nothing was run. Give the URL of a database that nobody uses meanwhile, and a role that may create databases.',
    cause,
  });
}
