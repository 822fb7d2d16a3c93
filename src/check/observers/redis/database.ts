// A numbered database of Redis that the command gets clones of: each is a server process of its own.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Clone,
  type ClonedDatabase,
  type DatabaseSource,
  nameIn,
  serverOf,
  unusable,
} from '../database/database.ts';
import { connected, type RedisConnection, type RedisModule } from './connection.ts';
import { pagesOf, readKeys } from './keys.ts';
import { DUMP, RedisServer } from './server.ts';

const PORT = 6379;

const FIX = 'Give the URL of a single server: redis://HOST/NUMBER.';

/** A key that expires, and in how many milliseconds. */
type Expiry = readonly [key: Buffer, ms: string];

export class RedisDatabase implements ClonedDatabase {
  readonly #source: DatabaseSource<RedisModule>;
  readonly #number: string;
  readonly #servers = new Set<RedisServer>();
  /** Its clock stands still in the base, so that all clones are alike. */
  #expiries: readonly Expiry[] = [];
  #made = 0;

  private constructor(source: DatabaseSource<RedisModule>) {
    this.#source = source;
    this.#number = nameIn(source.url) || '0';
  }

  /** Copies what is there; all clones are made of that. */
  static async open(source: DatabaseSource<RedisModule>): Promise<RedisDatabase> {
    const database = new RedisDatabase(source);
    const own = await connected(source.client, addressOf(source.url)).catch((error: unknown) => {
      throw unusable('the database cannot be reached', error, FIX);
    });
    try {
      await database.#copy(own);
      return database;
    } catch (error) {
      await database.close();
      throw error;
    } finally {
      own.end();
    }
  }

  async make(): Promise<Clone> {
    const dump = this.#source.pathOf(DUMP);
    const server = await this.#start((folder) => copyFileSync(dump, join(folder, DUMP)));
    const connection = await server.connect();
    await connection.ask('SELECT', this.#number);
    await Promise.all(this.#expiries.map(([key, ms]) => connection.ask('PEXPIRE', key, ms)));
    connection.end();
    return {
      socket: server.socket,
      url: inside(this.#source.url),
      read: () => read(server),
      drop: () => this.#stop(server),
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers].map((server) => this.#stop(server)));
  }

  async #copy(own: RedisConnection): Promise<void> {
    const base = await this.#start();
    const to = await base.connect();
    try {
      await requireSingle(own);
      await own.ask('SELECT', this.#number);
      await to.ask('SELECT', this.#number);
      const expiries: Expiry[] = [];
      for await (const keys of pagesOf(own)) {
        for (const key of keys) expiries.push(...(await copyKey(own, to, key)));
      }
      this.#expiries = expiries;
      await copyFunctions(own, to);
      await to.ask('SAVE');
      copyFileSync(join(base.folder, DUMP), this.#source.pathOf(DUMP));
    } catch (error) {
      throw unusable(`the database ${this.#number} of Redis cannot be cloned`, error, FIX);
    } finally {
      to.end();
      await this.#stop(base);
    }
  }

  async #start(prepare?: (folder: string) => void): Promise<RedisServer> {
    const { url, client, pathOf } = this.#source;
    this.#made += 1;
    const options = {
      folder: pathOf(String(this.#made)),
      socket: pathOf(`${this.#made}.sock`),
      login: loginOf(url),
      databases: Math.max(16, Number(this.#number) + 1),
    };
    const server = await RedisServer.start(options, client, prepare);
    this.#servers.add(server);
    return server;
  }

  async #stop(server: RedisServer): Promise<void> {
    this.#servers.delete(server);
    await server.stop();
  }
}

async function read(server: RedisServer): ReturnType<Clone['read']> {
  const connection = await server.connect();
  try {
    return await readKeys(connection);
  } finally {
    connection.end();
  }
}

/** A server of a cluster has only some of the keys. */
async function requireSingle(own: RedisConnection): Promise<void> {
  const info = String(await own.ask('INFO', 'cluster'));
  if (/^cluster_enabled:1/mu.test(info)) throw new Error('it is a cluster');
}

async function copyKey(
  own: RedisConnection,
  to: RedisConnection,
  key: Buffer,
): Promise<readonly Expiry[]> {
  const [content, ttl] = await Promise.all([own.ask('DUMP', key), own.ask('PTTL', key)]);
  // It may have expired meanwhile.
  if (!Buffer.isBuffer(content)) return [];
  await to.ask('RESTORE', key, '0', content);
  return Number(ttl) > 0 ? [[key, String(ttl)]] : [];
}

/** Where the server has them, and lets this user see them. */
async function copyFunctions(own: RedisConnection, to: RedisConnection): Promise<void> {
  const functions = await own.ask('FUNCTION', 'DUMP').catch(() => undefined);
  if (Buffer.isBuffer(functions)) await to.ask('FUNCTION', 'RESTORE', functions);
}

function loginOf({ username, password }: URL): { username: string; password: string } {
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

function addressOf(url: URL): Parameters<typeof connected>[1] {
  const { username, password } = loginOf(url);
  return {
    at: { ...serverOf(url, PORT), ...(url.protocol === 'rediss:' && { tls: true }) },
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
  };
}

/** The server of a clone speaks no TLS. */
function inside(url: URL): URL {
  return new URL(url.href.replace(/^rediss:/u, 'redis:'));
}
