import { createHash } from 'node:crypto';
import { pathFrom } from '../database/database.ts';
import { definition, largeTable, MOST_ROWS, type Row, smallTable } from '../database/table.ts';
import type { Entry } from '../files/manifest.ts';
import { ask, type MysqlConnection, quoted } from './connection.ts';
import { type Definition, readDefinitions, type TableDefinition } from './definitions.ts';

/** What is in the clone that the connection is in; `names` are of this clone only. */
export async function readDatabase(
  connection: MysqlConnection,
  database: string,
  names: readonly string[],
): Promise<[string, Entry][]> {
  const entries: [string, Entry][] = [];
  const { tables, sequences, routines, views, triggers } = await readDefinitions(connection);
  for (const table of tables) {
    const own = triggers.filter((trigger) => trigger.table === table.name);
    const form = formOf([table, ...own], names);
    entries.push([pathFrom(`${database}:${table.name}`), await readTable(connection, table, form)]);
  }
  for (const one of [...sequences, ...views, ...routines]) {
    const path = pathFrom(`${database}:${one.kind.toLowerCase()} ${one.name}`);
    entries.push([path, definition(formOf([one], names))]);
  }
  return entries;
}

/** The next number to be given out is no part of the form. */
function formOf(definitions: readonly Definition[], names: readonly string[]): string {
  const text = definitions.map(({ sql }) => sql.replace(/ AUTO_INCREMENT=\d+/u, '')).join('\n');
  const general = names.reduce((one, name) => one.replaceAll(name, 'clone'), text);
  return createHash('sha1').update(general).digest('base64url');
}

async function readTable(
  connection: MysqlConnection,
  { name, columns }: TableDefinition,
  form: string,
): Promise<Entry> {
  const hash = hashOf(columns.map((column) => column.name));
  const key = columns.filter(({ isKey }) => isKey).map((column) => column.name);
  const identity = key.length === 0 ? hash : hashOf(key);
  const from = quoted(name);
  const rows = await ask(
    connection,
    `SELECT ${identity}, ${hash} FROM ${from} LIMIT ${MOST_ROWS + 1}`,
  );
  if (rows.length <= MOST_ROWS) {
    return smallTable(
      form,
      rows.map(([one = '', other = '']): Row => [one, other]),
    );
  }
  const number = `CAST(CONV(LEFT(${hash}, 16), 16, 10) AS UNSIGNED)`;
  const [sum] = await ask(connection, `SELECT COUNT(*), SUM(${number}) FROM ${from}`);
  return largeTable(form, Number(sum?.[0]), sum?.[1] ?? '');
}

/** Each column by itself first: all of them together may be longer than the server allows. */
function hashOf(columns: readonly string[]): string {
  const parts = columns.map((column) => `IFNULL(MD5(${quoted(column)}), '-')`);
  return `MD5(CONCAT_WS(',', ${parts.join()}))`;
}
