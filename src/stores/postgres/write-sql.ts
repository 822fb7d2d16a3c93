// Claims and ends. Each is one statement: for one id, or for many whose values come as arrays.
// Without a reply for an id, another transaction came between: the same statement is sent again.
import { MARK } from '../../clients/handle.ts';
import { NOW, record } from './sql-parts.ts';

/** Where a statement takes its values from. */
interface Source {
  /** Further items of FROM, with their comma; none where there is one of each. */
  readonly from: string;
  /** The expression for a value. */
  readonly of: (name: string, type: string) => string;
  /** The condition that the row `l` has the id of a value. */
  readonly matches: string;
  /** The condition that no such row has it. */
  readonly isNotIn: (rows: string) => string;
  /** Has many locked in one order. */
  readonly order: string;
  /** The column that says which id a row of the reply is about, with its comma. */
  readonly id: string;
}

function one(names: readonly string[]): Source {
  return {
    from: '',
    of: (name, type) => `$${names.indexOf(name) + 1}::${type}`,
    matches: 'l.id = $1',
    isNotIn: (rows) => `NOT EXISTS (SELECT FROM ${rows})`,
    order: '',
    id: '',
  };
}

/** One of each, in a table as for many: every place is in the text once, and in order. */
const TEXTS: Source = {
  from: ', input AS i',
  of: (name) => `i.${name}`,
  matches: 'l.id = i.id',
  isNotIn: (rows) => `NOT EXISTS (SELECT FROM ${rows})`,
  order: '',
  id: '',
};

const MANY: Source = {
  from: ', input AS i',
  of: (name) => `i.${name}`,
  matches: 'l.id = i.id',
  isNotIn: (rows) => `i.id NOT IN (SELECT id FROM ${rows})`,
  order: ' ORDER BY 1',
  id: ', l.id',
};

/**
 * The arrays as a table, and last their length. It is sorted, so that statements lock what they share
 * in one order. Of a limit that it does not know the planner expects little, and so plans to look each
 * id up in the index; a plan that reads the whole table would be kept while that grows.
 */
function input(columns: Readonly<Record<string, string>>): string {
  const names = Object.keys(columns).join(', ');
  const arrays = Object.values(columns).map((type, index) => `$${index + 1}::${type}[]`);
  return `input AS MATERIALIZED (
  SELECT * FROM unnest(${arrays.join(', ')}) AS i(${names}) LIMIT $${arrays.length + 1}::bigint
), `;
}

/** The texts as a table of one row. */
function textInput(columns: Readonly<Record<string, string>>): string {
  const values = Object.entries(columns).map(
    ([name, type], index) => `$${index + 1}::text::${type} AS ${name}`,
  );
  return `input AS MATERIALIZED (SELECT ${values.join(', ')}), `;
}

/** Has a statement reply with one text: the mark, and its rows as JSON. */
function repliesText({ parts, reply }: Sql): string {
  return `${parts}, reply AS (
${reply}
)
SELECT '${MARK}' || coalesce(json_agg(reply), '[]')::text AS reply FROM reply`;
}

/** The parts of WITH, and what is asked of them. */
interface Sql {
  readonly parts: string;
  readonly reply: string;
}

function plain({ parts, reply }: Sql): string {
  return `${parts}\n${reply}`;
}

const CLAIM = {
  id: 'bytea',
  fingerprint: 'text',
  owner: 'text',
  lease_ms: 'bigint',
  keep_ms: 'bigint',
  remember_ms: 'bigint',
};

export function claimOneSql(table: string, s: string): string {
  return `WITH ${plain(claimSql(table, s, one(Object.keys(CLAIM)), FREE))}`;
}

/** The same by texts. */
export function claimTextSql(table: string, s: string): string {
  return `WITH ${textInput(CLAIM)}${repliesText(claimSql(table, s, TEXTS, FREE))}`;
}

/** Takes over, too, what ended without saying how. */
export function takeOverSql(table: string, s: string): string {
  const free = (fingerprint: string) => `CASE WHEN l.state = 3 THEN ${FREE(fingerprint)}
    ELSE l.owner = $7::text AND l.fingerprint = ${fingerprint}
      AND (l.state = 4 OR (l.state = 0 AND ($8::boolean OR l.lease_until <= ${NOW}))) END`;
  return `WITH ${plain(claimSql(table, s, one(Object.keys(CLAIM)), free))}`;
}

export function claimManySql(table: string, s: string): string {
  return `WITH ${input(CLAIM)}${plain(claimSql(table, s, MANY, FREE))}`;
}

/** The condition that whoever comes with that fingerprint may claim the row `l`. */
type Free = (fingerprint: string) => string;

const FREE: Free = (fingerprint) =>
  `(l.state = 3 AND (l.fingerprint = ${fingerprint} OR l.progress = ''))`;

/**
 * What is there and may not be claimed is only read: it costs no write, and so no wait for the disk.
 * The rest is inserted; what is there meanwhile, or may be claimed, is judged again under its lock.
 */
function claimSql(table: string, s: string, source: Source, free: Free): Sql {
  const { from, of, matches, isNotIn, order, id } = source;
  const keep = of('keep_ms', 'bigint');
  const parts = `seen AS MATERIALIZED (
  SELECT ${record(NOW)}${id} FROM ${table} AS l${from}
  WHERE ${matches} AND NOT ${free(of('fingerprint', 'text'))}
), ${s}, won AS (
  INSERT INTO ${table} AS l (id, fingerprint, state, attempt, owner, lease_until, progress,
    first_at, started_at, finished_at, keep_ms, remember_ms, purge_after)
  SELECT ${of('id', 'bytea')}, ${of('fingerprint', 'text')}, 0, 1, ${of('owner', 'text')},
    s.now + ${of('lease_ms', 'bigint')}, '', s.now, s.now, 0, ${keep},
    ${of('remember_ms', 'bigint')}, s.now + ${keep}
  FROM s${from} WHERE ${isNotIn('seen')}${order}
  ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, state = 0,
    attempt = l.attempt + 1, owner = excluded.owner, lease_until = excluded.lease_until,
    codec = NULL, result = NULL, started_at = excluded.started_at, finished_at = 0,
    keep_ms = excluded.keep_ms, remember_ms = excluded.remember_ms,
    purge_after = excluded.purge_after
  WHERE ${free('excluded.fingerprint')}
  RETURNING ${record('l.started_at')}${id}
)`;
  return { parts, reply: 'SELECT * FROM won UNION ALL SELECT * FROM seen' };
}

const UPDATE = {
  id: 'bytea',
  owner: 'text',
  state: 'smallint',
  progress: 'text',
  codec: 'text',
  result: 'text',
};

export function updateOneSql(table: string, s: string): string {
  return `WITH ${plain(updateSql(table, s, one(Object.keys(UPDATE))))}`;
}

/** The same by texts. */
export function updateTextSql(table: string, s: string): string {
  return `WITH ${textInput(UPDATE)}${repliesText(updateSql(table, s, TEXTS))}`;
}

export function updateManySql(table: string, s: string): string {
  return `WITH ${input(UPDATE)}${plain(updateSql(table, s, MANY))}`;
}

/**
 * The reply's time is null where the row could be changed when the statement began, and was not: the
 * same update is under way, sent by a connection that is lost, or somebody took it over. Where it is
 * made already, its own time; nothing where the owner is another.
 */
function updateSql(table: string, s: string, source: Source): Sql {
  const { from, of, matches, isNotIn, id } = source;
  const [state, codec, result] = [
    of('state', 'smallint'),
    of('codec', 'text'),
    of('result', 'text'),
  ];
  const own = `${matches} AND l.owner = ${of('owner', 'text')}`;
  const parts = `${s}, made AS (
  UPDATE ${table} AS l SET state = ${state}, progress = coalesce(${of('progress', 'text')}, l.progress),
    codec = ${codec}, result = ${result},
    finished_at = CASE WHEN ${state} IN (1, 2, 3) THEN s.now ELSE 0 END
  FROM s${from} WHERE ${own} AND l.state IN (0, 4)
  RETURNING s.now${id}
)`;
  const reply = `SELECT * FROM made
UNION ALL
SELECT CASE WHEN l.state IN (0, 4) THEN NULL ELSE l.finished_at END${id}
FROM ${table} AS l${from}
WHERE ${own} AND (l.state IN (0, 4) OR (l.state = ${state}
    AND l.codec IS NOT DISTINCT FROM ${codec} AND l.result IS NOT DISTINCT FROM ${result}))
  AND ${isNotIn('made')}`;
  return { parts, reply };
}

export function renewSql(table: string, s: string): string {
  return `WITH ${input({ id: 'bytea', owner: 'text', lease_ms: 'bigint' })}${s}
UPDATE ${table} AS l SET lease_until = s.now + i.lease_ms
FROM s, input AS i WHERE l.id = i.id AND l.owner = i.owner AND l.state IN (0, 4)
RETURNING l.id, l.owner`;
}
