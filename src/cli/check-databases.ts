import type { CheckedDatabase, DatabaseClient } from '../check/index.ts';
import { RuntwiceError } from '../core/errors.ts';

/** The command line brings its own drivers. */
const DRIVERS: Readonly<Record<string, () => Promise<DatabaseClient>>> = {
  postgres: async () => (await import('../vendor/pg.ts')).default,
  postgresql: async () => (await import('../vendor/pg.ts')).default,
  mysql: () => import('../vendor/mysql2.ts'),
  mariadb: () => import('../vendor/mysql2.ts'),
  redis: () => import('../vendor/ioredis.ts'),
  rediss: () => import('../vendor/ioredis.ts'),
};

/** Each is `URL`, or `VARIABLE=URL`. */
export function databasesOf(values: readonly string[]): Promise<CheckedDatabase[]> {
  return Promise.all(
    values.map(async (value) => {
      const [, variable, url = '', scheme = ''] =
        /^(?:(\w+)=)?(([a-z]+):\/\/.*)$/su.exec(value) ?? [];
      const driver = Object.hasOwn(DRIVERS, scheme) ? DRIVERS[scheme] : undefined;
      // It may hold a password, and is not shown.
      if (driver === undefined) {
        throw new RuntwiceError('ERR_RUNTWICE_USAGE', '--db is no URL of a database', {
          fix: 'Give postgres://USER@HOST/DATABASE, mysql://USER@HOST/DATABASE or redis://HOST/NUMBER, or VARIABLE=URL.',
        });
      }
      return { url, ...(variable !== undefined && { variable }), client: await driver() };
    }),
  );
}
