import { RuntwiceError } from '../../../core/errors.ts';
import type { MysqlModule } from '../mysql/connection.ts';
import { MysqlDatabase } from '../mysql/database.ts';
import { type PgModule, PostgresDatabase } from '../postgres/database.ts';
import type { RedisModule } from '../redis/connection.ts';
import { RedisDatabase } from '../redis/database.ts';
import type { ClonedDatabase, DatabaseSource } from './database.ts';
import { type DatabaseKind, MOST_OF_A_KIND, portOf } from './ports.ts';

/** A package that connects to databases of one kind. */
export type DatabaseClient = PgModule | MysqlModule | RedisModule;

/** A database that the command gets clones of; itself, it is only read. */
export interface CheckedDatabase {
  /** `postgres://…`, `mysql://…`, `mariadb://…`, `redis://…` or `rediss://…`. */
  readonly url: string;
  /**
   * The variable in which the command gets the address of its clone; default `DATABASE_URL`, for Redis
   * `REDIS_URL`. Its parts are in `DATABASE_HOST`, `…_PORT`, `…_USER`, `…_PASSWORD` and `…_NAME`.
   */
  readonly variable?: string;
  /** The package that connects: `pg`; `mysql2/promise`; `ioredis`, or `redis` from version 5 on. */
  readonly client: DatabaseClient;
}

/** One whose options were looked at. */
export interface SettledDatabase {
  readonly variable: string;
  /** Where the command finds its clone. */
  readonly port: number;
  open(pathOf: DatabaseSource<unknown>['pathOf']): Promise<ClonedDatabase>;
}

interface Kind {
  readonly name: DatabaseKind;
  readonly variable: string;
  readonly client: string;
  isClient(client: DatabaseClient): boolean;
  /** The client is one of this kind. */
  open(source: DatabaseSource<DatabaseClient>): Promise<ClonedDatabase>;
}

const POSTGRES: Kind = {
  name: 'PostgreSQL',
  variable: 'DATABASE_URL',
  client: 'pg',
  isClient: (client) => has(client, 'Client'),
  open: (source) => PostgresDatabase.open(source as DatabaseSource<PgModule>),
};

const MYSQL: Kind = {
  name: 'MariaDB or MySQL',
  variable: 'DATABASE_URL',
  client: 'mysql2/promise',
  isClient: (client) => has(client, 'createConnection'),
  open: (source) => MysqlDatabase.open(source as DatabaseSource<MysqlModule>),
};

const REDIS: Kind = {
  name: 'Redis',
  variable: 'REDIS_URL',
  client: 'ioredis or redis',
  isClient: (client) => has(client, 'Redis') || has(client, 'createClient'),
  open: (source) => RedisDatabase.open(source as DatabaseSource<RedisModule>),
};

const KINDS: Readonly<Record<string, Kind>> = {
  'postgres:': POSTGRES,
  'postgresql:': POSTGRES,
  'mysql:': MYSQL,
  'mariadb:': MYSQL,
  'redis:': REDIS,
  'rediss:': REDIS,
};

/** @throws ERR_RUNTWICE_INVALID_ARGUMENT where one cannot be used, or two want the same variable. */
export function settledDatabases(databases: readonly CheckedDatabase[]): SettledDatabase[] {
  const counts = new Map<Kind, number>();
  const variables = new Set<string>();
  return databases.map(({ url, variable, client }) => {
    const kind = kindOf(url);
    const index = counts.get(kind) ?? 0;
    counts.set(kind, index + 1);
    if (index >= MOST_OF_A_KIND) throw invalid(`more than ${MOST_OF_A_KIND} are of ${kind.name}`);
    if (!kind.isClient(client)) throw invalid(`the client is not ${kind.client}`);
    const name = variable ?? kind.variable;
    if (!/^[A-Za-z_]\w*$/u.test(name)) throw invalid(`${JSON.stringify(name)} is no variable`);
    if (variables.has(name)) throw invalid(`two are to be in the variable ${name}`);
    variables.add(name);
    return {
      variable: name,
      port: portOf(kind.name, index),
      open: (pathOf) => kind.open({ url: new URL(url), client, pathOf }),
    };
  });
}

function kindOf(url: string): Kind {
  const kind = URL.canParse(url) ? KINDS[new URL(url).protocol] : undefined;
  // The URL may hold a password, and is not shown.
  if (kind === undefined) throw invalid('a URL is none of a kind that is known');
  return kind;
}

function invalid(why: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `the databases cannot be used: ${why}`,
    {
      fix: 'Nothing was run. Give postgres://USER@HOST/DATABASE, mysql://USER@HOST/DATABASE or redis://HOST/NUMBER, each with a variable of its own.',
    },
  );
}

function has(client: unknown, name: string): boolean {
  return typeof (client as Record<string, unknown> | null | undefined)?.[name] === 'function';
}
