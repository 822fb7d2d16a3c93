// A database in a file is compared by its schema and rows: writing a row again moves bytes about.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { loadSqlite } from '../../../clients/node-sqlite.ts';

const HEADER = Buffer.from('SQLite format 3\0');

/** What belongs to a database beside its file: changes that are not in there yet. */
const BESIDE = ['-wal', '-journal', '-shm'] as const;

/** Larger ones are compared by their bytes. */
const MAX_SIZE = 50_000_000;

export function isSqlite(start: Buffer, size: number): boolean {
  return size <= MAX_SIZE && start.subarray(0, HEADER.length).equals(HEADER);
}

/** Whether a file holds changes of the database beside it. */
export function isBesideSqlite(name: string, isThere: (name: string) => boolean): boolean {
  return BESIDE.some((end) => name.endsWith(end) && isThere(name.slice(0, -end.length)));
}

/** The ends of the names of those that hold changes of the file of that name. */
export function besideSqlite(name: string, isThere: (name: string) => boolean): string[] {
  return BESIDE.filter((end) => isThere(`${name}${end}`));
}

/** The path of the database that a file of this path would belong to; any other path as it is. */
export function withoutBeside(path: string): string {
  const end = BESIDE.find((one) => path.endsWith(one));
  return end === undefined ? path : path.slice(0, -end.length);
}

/** How many rows, and a hash of them and the schema; undefined where it cannot be read as a database. */
export function rowsHash(path: Buffer): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'runtwice-rows-'));
  try {
    // A copy: opening one that was killed repairs it.
    const copy = join(folder, 'copy');
    for (const end of ['', ...BESIDE]) {
      const part = Buffer.concat([path, Buffer.from(end)]);
      if (existsSync(part)) copyFileSync(part, `${copy}${end}`);
    }
    return hashOf(copy);
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hashOf(path: string): string {
  const { DatabaseSync } = loadSqlite();
  const db = new DatabaseSync(path);
  try {
    const hash = createHash('sha1');
    let number = 0;
    // Where migrations note how far they are.
    for (const name of ['user_version', 'application_id']) {
      hash.update(`${Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {}).join()}\0`);
    }
    for (const { name, sql } of db.prepare(SCHEMA).all()) {
      hash.update(`${String(name)}\0${String(sql)}\0`);
      if (String(sql).startsWith('CREATE TABLE')) {
        const rows = rowsOf(db, String(name));
        number += rows.length;
        for (const row of rows) hash.update(`${row}\n`);
      }
    }
    return `amount ${number} ${hash.digest('base64url')}`;
  } finally {
    db.close();
  }
}

const SCHEMA = 'SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name';

/** In an order of their own: where they are in the file does not count. */
function rowsOf(db: DatabaseSync, table: string): string[] {
  const statement = db.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}"`);
  statement.setReadBigInts(true);
  return statement
    .all()
    .map((row) => Object.values(row).map(written).join('\t'))
    .sort();
}

function written(value: SQLOutputValue): string {
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
