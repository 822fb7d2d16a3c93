export type { PgClient, PgQuery } from '../../clients/pg.ts';
export type { PostgresClient } from '../../clients/postgres.ts';
export type { PostgresJsClient, PostgresJsQuery } from '../../clients/postgres-js.ts';
export { type PostgresStoreOptions, postgresStore } from './postgres-store.ts';
export { postgresSchema } from './schema.ts';
