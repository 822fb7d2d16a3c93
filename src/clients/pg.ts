import type { SqlClient, SqlRow } from './sql.ts';

/** The part of `pg` that is used: a `Pool`, a `Client`, or one taken from a pool. */
export interface PgClient {
  query(config: PgQuery): Promise<{ rows: unknown[] }>;
}

/** What `pg` is asked. */
export interface PgQuery {
  text: string;
  name?: string;
  values?: unknown[];
  rowMode: 'array';
  types: { getTypeParser(): (value: string) => string };
}

/** Values stay as the server wrote them: an application may have set parsers of its own. */
const RAW = { getTypeParser: () => (value: string) => value };

/** `prepare`: each connection parses a statement once and knows it by its name from then on. */
export function pgClient(client: PgClient, prepare: boolean): SqlClient {
  const send = isPool(client) ? (query: PgQuery) => client.query(query) : oneByOne(client);
  return {
    query({ name, text }, values) {
      const query: PgQuery = { text, values, rowMode: 'array', types: RAW };
      if (prepare) query.name = name;
      return send(query).then(rowsOf);
    },
    async run(text) {
      await send({ text, rowMode: 'array', types: RAW });
    },
  };
}

function rowsOf({ rows }: { rows: unknown[] }): SqlRow[] {
  return rows as SqlRow[];
}

function isPool(client: PgClient): boolean {
  return 'totalCount' in client;
}

/** One connection has one statement at a time, and pg no longer keeps those that have to wait. */
function oneByOne(client: PgClient): PgClient['query'] {
  let last: Promise<unknown> = Promise.resolve();
  return (query) => {
    const ended = last.then(() => client.query(query));
    last = ended.catch(() => {});
    return ended;
  };
}
