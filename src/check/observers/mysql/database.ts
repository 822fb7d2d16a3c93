// A MariaDB or MySQL database that the command gets clones of: each is a database of its own, with a user
// who has rights there and nowhere else.
import { createHash, randomBytes } from 'node:crypto';
import {
  type Clone,
  type ClonedDatabase,
  type DatabaseSource,
  nameIn,
  serverOf,
  unusable,
} from '../database/database.ts';
import type { Gate, ServerAddress } from '../database/gate.ts';
import { cloneName, isLeftover } from '../database/names.ts';
import { type Account, accountOf, MysqlClone } from './clone.ts';
import { ask, connected, type MysqlConnection, type MysqlModule, quoted } from './connection.ts';
import { type Definitions, readDefinitions } from './definitions.ts';
import { openDoor } from './door.ts';
import { fill } from './fill.ts';

const PORT = 3306;

const FIX = 'Give the URL of a database, with a user who may create databases and users.';

/** Everybody sees these, as far as they are of concern. */
const COMMON = new Set(['information_schema', 'performance_schema']);

export class MysqlDatabase implements ClonedDatabase {
  readonly #source: DatabaseSource<MysqlModule>;
  readonly #admin: MysqlConnection;
  readonly #definitions: Definitions;
  readonly #accounts = new Set<Account>();
  readonly #doors = new Set<Gate>();
  #base: string | undefined;
  #made = 0;

  private constructor(
    source: DatabaseSource<MysqlModule>,
    admin: MysqlConnection,
    definitions: Definitions,
  ) {
    this.#source = source;
    this.#admin = admin;
    this.#definitions = definitions;
  }

  /** Makes the first clone, of which all others are made. */
  static async open(source: DatabaseSource<MysqlModule>): Promise<MysqlDatabase> {
    const name = nameIn(source.url);
    if (name === '') throw unusable('the URL names no database', source.url.protocol, FIX);
    const admin = await connected(source.client, source.url).catch((error: unknown) => {
      throw unusable('the database cannot be reached', error, FIX);
    });
    let database: MysqlDatabase | undefined;
    try {
      await sweep(admin);
      database = new MysqlDatabase(source, admin, await readDefinitions(admin));
      const { name: base } = await database.#create(name);
      database.#base = base;
      return database;
    } catch (error) {
      await (database?.close() ?? admin.end());
      throw unusable(`the database ${name} cannot be cloned`, error, FIX);
    }
  }

  async make(): Promise<Clone> {
    const { url, client, pathOf } = this.#source;
    const account = await this.#create(this.#base ?? nameIn(url));
    this.#made += 1;
    const door = await openDoor(pathOf(`${this.#made}.sock`), addressOf(url), account.user);
    this.#doors.add(door);
    const drop = async (): Promise<void> => {
      this.#doors.delete(door);
      await door.close();
      await this.#drop(account);
    };
    return new MysqlClone({ account, socket: door.socket, url, client, drop });
  }

  async close(): Promise<void> {
    for (const door of this.#doors) await door.close();
    for (const account of this.#accounts) await this.#drop(account);
    await this.#admin.end();
  }

  async #create(from: string): Promise<Account> {
    const { url, client } = this.#source;
    const name = cloneName();
    const account = {
      name,
      user: userOf(name),
      password: `Rt1-${randomBytes(12).toString('hex')}`,
    };
    this.#accounts.add(account);
    await ask(this.#admin, `CREATE DATABASE ${quoted(name)} ${await this.#characters(from)}`);
    await ask(this.#admin, `CREATE USER ${accountOf(account)} IDENTIFIED BY ?`, [account.password]);
    // In a grant the name is a pattern.
    const pattern = quoted(name).replaceAll('_', '\\_');
    await ask(this.#admin, `GRANT ALL PRIVILEGES ON ${pattern}.* TO ${accountOf(account)}`);
    const owner = await connected(client, url, {
      user: account.user,
      password: account.password,
      database: name,
    });
    try {
      await requireApart(owner, name);
      const target = { admin: this.#admin, owner, from, to: name, account: accountOf(account) };
      await fill(target, this.#definitions);
    } finally {
      await owner.end();
    }
    return account;
  }

  async #characters(from: string): Promise<string> {
    const [row] = await ask(
      this.#admin,
      `SELECT default_character_set_name, default_collation_name FROM information_schema.schemata
       WHERE schema_name = ?`,
      [from],
    );
    return row === undefined ? '' : `CHARACTER SET ${row[0]} COLLATE ${row[1]}`;
  }

  async #drop(account: Account): Promise<void> {
    await drop(this.#admin, account.name);
    this.#accounts.delete(account);
  }
}

/** Where anybody may change some other database, the command may, too. */
async function requireApart(owner: MysqlConnection, name: string): Promise<void> {
  const seen = (await ask(owner, 'SHOW DATABASES')).map(([one = '']) => one);
  const others = seen.filter((one) => one !== name && !COMMON.has(one.toLowerCase()));
  if (others.length === 0) return;
  throw new Error(`the server lets every user into ${others.join(', ')}`);
}

/** What checks left that were killed. */
async function sweep(admin: MysqlConnection): Promise<void> {
  const databases = await ask(admin, "SHOW DATABASES LIKE 'runtwice\\_check\\_%'");
  for (const [name = ''] of databases) if (isLeftover(name)) await drop(admin, name);
}

async function drop(admin: MysqlConnection, name: string): Promise<void> {
  const user = userOf(name);
  for (const [id, whose] of await ask(admin, 'SHOW PROCESSLIST')) {
    // It may have ended by itself by now.
    if (whose === user) await ask(admin, `KILL ${Number(id)}`).catch(() => {});
  }
  await ask(admin, `DROP USER IF EXISTS ${accountOf({ user })}`);
  await ask(admin, `DROP DATABASE IF EXISTS ${quoted(name)}`);
}

/** Of at most 32 letters: so many MySQL takes. */
function userOf(name: string): string {
  return `runtwice_check_${createHash('sha1').update(name).digest('hex').slice(0, 16)}`;
}

/** The server, as the driver takes it from the URL. */
function addressOf(url: URL): ServerAddress {
  const path = url.searchParams.get('socketPath');
  return path === null ? serverOf(url, PORT) : { path };
}
