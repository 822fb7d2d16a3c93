// Several databases at once, and what a killed check leaves.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { answersOf, canCheck, check, findingsOf, isInstalled } from '../support/check.ts';
import { folder, startCli } from '../support/cli.ts';
import { isMysqlThere, Database as MysqlDatabase } from '../support/mysql.ts';
import { Database, isPostgresThere } from '../support/postgres.ts';
import { isRedisInstalled, PrivateRedis } from '../support/redis-private.ts';

const PART = 'checks of commands with several databases';

const isThere =
  (await isPostgresThere(PART)) &&
  (await isMysqlThere(PART)) &&
  isRedisInstalled(PART) &&
  ['psql', 'mysql', 'redis-cli'].every(isInstalled) &&
  canCheck(PART);

describe.runIf(isThere)('several databases', () => {
  it('are there at once, each in its variable', { timeout: 120_000 }, async () => {
    await using all = await Servers.start();
    const line = `
      psql -qc "INSERT INTO jobs VALUES (1) ON CONFLICT DO NOTHING" "$DATABASE_URL"
      redis-cli -u "$REDIS_URL" RPUSH queue job
      mysql -h "$SHOP_HOST" -P "$SHOP_PORT" -u "$SHOP_USER" -p"$SHOP_PASSWORD" "$SHOP_NAME" -e "UPDATE stock SET n = n - 1"`;
    const report = await check(['sh', '-c', line], {}, [...all.flags, '--budget', '10s']);
    expect(report.unobserved).toEqual([]);
    expect(answersOf(report)).toMatchObject({ twice: 'changed again' });
    expect(findingsOf(report)).toEqual(
      expect.arrayContaining([
        'redis 0:queue was changed (1 → 2 elements)',
        `${all.mysql.address.database}:stock was changed (1 row changed)`,
      ]),
    );
    expect(findingsOf(report).join()).not.toContain(`jobs was`);
  });

  it('have no clones any more when a check follows one that was killed', {
    timeout: 120_000,
  }, async () => {
    await using all = await Servers.start();
    const { child, ended } = startCli(['check', ...all.flags, '--', 'sleep', '600'], {
      cwd: folder({}),
    });
    const { pid = 0 } = child;
    // Of each of both a template, and a clone of that.
    await vi.waitUntil(async () => (await all.clones(pid)).length === 4, { timeout: 30_000 });
    const servers = grandchildrenOf(pid);
    expect(servers).not.toEqual([]);
    child.kill('SIGKILL');
    await ended;
    expect(await all.clones(pid)).toHaveLength(4);
    // Servers of Redis end by themselves.
    await vi.waitUntil(() => !servers.some((one) => existsSync(`/proc/${one}`)), {
      timeout: 30_000,
    });
    await check(['true'], {}, [...all.flags, '--only', 'twice']);
    expect(await all.clones(pid)).toEqual([]);
  });
});

/** Servers are children of a shell. */
function grandchildrenOf(pid: number): string[] {
  const all = execFileSync('ps', ['-eo', 'pid=,ppid=,comm='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/u));
  const children = all.filter(([, parent]) => Number(parent) === pid).map(([one]) => one);
  return all
    .filter(([, parent, name]) => children.includes(parent) && name === 'redis-server')
    .map(([one]) => String(one));
}

/** A database of each kind. */
class Servers {
  readonly postgres: Database;
  readonly mysql: MysqlDatabase;
  readonly redis: PrivateRedis;

  private constructor(postgres: Database, mysql: MysqlDatabase, redis: PrivateRedis) {
    this.postgres = postgres;
    this.mysql = mysql;
    this.redis = redis;
  }

  static async start(): Promise<Servers> {
    const postgres = await Database.create();
    await postgres.ask('CREATE TABLE jobs (id int PRIMARY KEY)');
    await postgres.end();
    const mysql = await MysqlDatabase.create();
    await mysql.ask('CREATE TABLE stock (id int PRIMARY KEY, n int)');
    await mysql.ask('INSERT INTO stock VALUES (1, 100)');
    return new Servers(postgres, mysql, await PrivateRedis.start());
  }

  get flags(): string[] {
    const { user, host, port, database } = this.postgres.address;
    const { user: owner, host: where, port: at, database: shop } = this.mysql.address;
    return [
      ...['--db', `postgres://${user}@${host}:${port}/${database}`],
      ...['--db', `SHOP_URL=mysql://${owner}@${where}:${at}/${shop}`],
      ...['--db', `redis://127.0.0.1:${this.redis.address.port}`],
    ];
  }

  /** Databases that a check by that process made. */
  async clones(pid: number): Promise<string[]> {
    const postgres = new Database({ ...this.postgres.address, database: 'postgres' });
    const all = [
      ...(await postgres.ask('SELECT datname AS name FROM pg_database')),
      ...(await this.mysql.ask('SELECT schema_name AS name FROM information_schema.schemata')),
    ];
    await postgres.end();
    return all
      .map(({ name }) => String(name))
      .filter((name) => name.startsWith('runtwice_check_') && name.includes(`_${pid}_`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.postgres.drop(), this.mysql.drop(), this.redis.remove()]);
  }
}
