import { ask, type MysqlConnection, quoted } from './connection.ts';

/** What a database is made of, in words that name no database. */
export interface Definitions {
  readonly tables: readonly TableDefinition[];
  readonly sequences: readonly Definition[];
  readonly routines: readonly Definition[];
  readonly views: readonly Definition[];
  readonly triggers: readonly TriggerDefinition[];
}

export interface Definition {
  readonly kind: 'TABLE' | 'SEQUENCE' | 'PROCEDURE' | 'FUNCTION' | 'VIEW' | 'TRIGGER';
  readonly name: string;
  readonly sql: string;
  /** The mode that it was made under; a table and a view have none. */
  readonly mode: string | undefined;
}

export interface TableDefinition extends Definition {
  readonly engine: string;
  readonly columns: readonly Column[];
}

export interface TriggerDefinition extends Definition {
  readonly table: string;
}

export interface Column {
  readonly name: string;
  readonly isKey: boolean;
  /** By the server, from others: it cannot be inserted. */
  readonly isGenerated: boolean;
}

/** Reads those of the database that the connection is in: what it is in by itself is not named. */
export async function readDefinitions(connection: MysqlConnection): Promise<Definitions> {
  const tables = await ask(
    connection,
    `SELECT table_name, table_type, engine FROM information_schema.tables
     WHERE table_schema = DATABASE() ORDER BY table_name`,
  );
  const namesOf = (type: string) =>
    tables.filter(([, one]) => one === type).map(([name = '']) => name);
  const columns = await columnsBy(connection);
  return {
    tables: await inTurn(
      tables.filter(([, type = '']) => type === 'BASE TABLE' || type === 'SYSTEM VERSIONED'),
      async ([name = '', , engine = '']) => ({
        ...(await show(connection, 'TABLE', name)),
        engine,
        columns: columns.get(name) ?? [],
      }),
    ),
    sequences: await inTurn(namesOf('SEQUENCE'), (name) => show(connection, 'SEQUENCE', name)),
    routines: await routines(connection),
    views: await inTurn(namesOf('VIEW'), (name) => show(connection, 'VIEW', name)),
    triggers: await triggers(connection),
  };
}

async function columnsBy(connection: MysqlConnection): Promise<Map<string, Column[]>> {
  const rows = await ask(
    connection,
    `SELECT table_name, column_name, column_key, extra FROM information_schema.columns
     WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
  );
  const columns = new Map<string, Column[]>();
  for (const [table = '', name = '', key, extra = ''] of rows) {
    const isGenerated = /(?:virtual|stored|persistent) generated/iu.test(extra);
    const column = { name, isKey: key === 'PRI', isGenerated };
    columns.set(table, [...(columns.get(table) ?? []), column]);
  }
  return columns;
}

async function routines(connection: MysqlConnection): Promise<Definition[]> {
  const rows = await ask(
    connection,
    `SELECT routine_type, routine_name FROM information_schema.routines
     WHERE routine_schema = DATABASE() AND routine_type IN ('PROCEDURE', 'FUNCTION') ORDER BY 1, 2`,
  );
  return inTurn(rows, ([type, name = '']) =>
    show(connection, type === 'FUNCTION' ? 'FUNCTION' : 'PROCEDURE', name),
  );
}

async function triggers(connection: MysqlConnection): Promise<TriggerDefinition[]> {
  const rows = await ask(
    connection,
    `SELECT trigger_name, event_object_table FROM information_schema.triggers
     WHERE trigger_schema = DATABASE()
     ORDER BY event_object_table, action_timing, event_manipulation, action_order`,
  );
  return inTurn(rows, async ([name = '', table = '']) => ({
    ...(await show(connection, 'TRIGGER', name)),
    table,
  }));
}

async function show(
  connection: MysqlConnection,
  kind: Definition['kind'],
  name: string,
): Promise<Definition> {
  const [row = []] = await ask(connection, `SHOW CREATE ${kind} ${quoted(name)}`);
  const hasMode = kind === 'PROCEDURE' || kind === 'FUNCTION' || kind === 'TRIGGER';
  const [, second = '', third = ''] = row;
  const [sql, mode] = hasMode ? [third, second] : [second, undefined];
  if (sql === '')
    throw new Error(`the definition of the ${kind.toLowerCase()} ${name} is not shown`);
  return { kind, name, sql, mode };
}

async function inTurn<Item, Made>(
  items: readonly Item[],
  make: (item: Item) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  for (const item of items) made.push(await make(item));
  return made;
}
