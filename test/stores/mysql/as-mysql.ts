import type { MysqlPromiseClient, MysqlQuery } from '../../../src/clients/mysql.ts';

/** A client of MariaDB that says it were MySQL: the store then sends only what MySQL knows, too. */
export function asMysql(client: MysqlPromiseClient): MysqlPromiseClient {
  return {
    execute: (query) => client.execute(query),
    async query(query: MysqlQuery) {
      const reply = await client.query(query);
      const [rows] = reply;
      const isFacts = query.sql.includes('VERSION()') && Array.isArray(rows);
      return isFacts ? [[['8.4.0', ...rows[0].slice(1)]], reply[1]] : reply;
    },
  };
}
