import { setTimeout as delay } from 'node:timers/promises';
import { type Clone, nameIn, withName } from '../database/database.ts';
import type { Entry } from '../files/manifest.ts';
import { ask, connected, type MysqlConnection, type MysqlModule } from './connection.ts';
import { SESSION } from './fill.ts';
import { readDatabase } from './read.ts';

/** A database, and the user to whom it belongs. */
export interface Account {
  readonly name: string;
  readonly user: string;
  readonly password: string;
}

export function accountOf({ user }: Pick<Account, 'user'>): string {
  return `'${user}'@'%'`;
}

export interface CloneParts {
  readonly account: Account;
  /** Leads to it. */
  readonly socket: string;
  /** Of the database that it is a clone of. */
  readonly url: URL;
  readonly client: MysqlModule;
  drop(): Promise<void>;
}

/** So long may what a killed command had sent take to end. */
const MAX_WAITS = 600;

export class MysqlClone implements Clone {
  readonly #parts: CloneParts;

  constructor(parts: CloneParts) {
    this.#parts = parts;
  }

  get socket(): string {
    return this.#parts.socket;
  }

  /** By its real name, which programs look for in the server's catalog. */
  get url(): URL {
    const { account, url } = this.#parts;
    const own = withName(url, account.name);
    own.username = account.user;
    own.password = account.password;
    for (const name of [...own.searchParams.keys()]) {
      if (/^(?:ssl|socketPath$)/u.test(name)) own.searchParams.delete(name);
    }
    return own;
  }

  async read(): Promise<[string, Entry][]> {
    const { account, url, client } = this.#parts;
    const { user, password, name: database } = account;
    const connection = await connected(client, url, { user, password, database });
    try {
      await idle(connection);
      for (const sql of SESSION) await ask(connection, sql);
      return await readDatabase(connection, nameIn(url), [database, user]);
    } finally {
      await connection.end();
    }
  }

  drop(): Promise<void> {
    return this.#parts.drop();
  }
}

/** What was sent before a kill is done, or undone, by then: each user sees its own connections. */
async function idle(connection: MysqlConnection): Promise<void> {
  for (let waits = 0; waits < MAX_WAITS; waits++) {
    if ((await ask(connection, 'SHOW PROCESSLIST')).length === 1) return;
    await delay(5);
  }
}
