export type {
  MysqlCallbackClient,
  MysqlClient,
  MysqlPromiseClient,
  MysqlQuery,
} from '../../clients/mysql.ts';
export { type MysqlStoreOptions, mysqlStore } from './mysql-store.ts';
export { mysqlSchema } from './schema.ts';
