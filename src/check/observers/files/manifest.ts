// What is in a scratch folder. Names are bytes: one character a byte.
import { createHash } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { join } from 'node:path';
import { PARTS } from '../../sandbox/scratch.ts';
import { isRepository, repositoryEntries, SEEN_BY_GIT } from './git.ts';
import { isBesideSqlite, isSqlite, rowsHash } from './sqlite.ts';

/** One file, folder or link; or a table, view, routine or key of a database. */
export interface Entry {
  readonly kind: 'file' | 'folder' | 'link' | 'special' | 'table' | 'definition' | 'key';
  readonly mode: number;
  /** The hash of bytes or rows, or where the link points; `amount N …` where N of something are in it. */
  readonly content: string;
  /** Bytes, or rows, or what else is counted. */
  readonly size: number;
  /** Another one, though all else is the same, where it was written again. */
  readonly stamp: string;
  /** The rows of a table: what identifies each, and a hash of it; undefined where they are too many. */
  readonly rows?: ReadonlyMap<string, string>;
}

/** By path: `out/a.txt`, `/tmp/x`, `~/.cache/y`. */
export type Manifest = ReadonlyMap<string, Entry>;

const LABELS: Readonly<Record<(typeof PARTS)[number], string>> = {
  work: '',
  tmp: '/tmp/',
  home: '~/',
};

/** Reads what is there; the hash of what has not been written since `before` is taken from there. */
export function readManifest(scratch: string, before?: Manifest): Manifest {
  const entries = new Map<string, Entry>();
  for (const part of PARTS) {
    walk(Buffer.from(join(scratch, part)), LABELS[part], entries, before);
  }
  return entries;
}

function walk(
  folder: Buffer,
  label: string,
  entries: Map<string, Entry>,
  before: Manifest | undefined,
): void {
  const names = readdirSync(folder, { encoding: 'buffer' });
  const all = new Set(names.map((name) => name.toString('latin1')));
  const seen = isRepository(all) ? repositoryEntries(folder, label, before) : undefined;
  for (const [path, entry] of seen ?? []) entries.set(path, entry);
  for (const name of names) {
    if (seen !== undefined && SEEN_BY_GIT.has(name.toString('latin1'))) continue;
    if (isBesideSqlite(name.toString('latin1'), (one) => all.has(one))) continue;
    const path = Buffer.concat([folder, Buffer.from('/'), name]);
    const key = `${label}${name.toString('latin1')}`;
    const entry = entryOf(path, before?.get(key));
    entries.set(key, entry);
    if (entry.kind === 'folder') walk(path, `${key}/`, entries, before);
  }
}

function entryOf(path: Buffer, before: Entry | undefined): Entry {
  const status = lstatSync(path, { bigint: true });
  const kind = kindOf(status);
  const stamp =
    kind === 'folder' ? '' : `${status.ino} ${status.mtimeNs} ${status.ctimeNs} ${status.size}`;
  const mode = Number(status.mode & 0o7777n);
  const size = kind === 'file' ? Number(status.size) : 0;
  if (kind === 'link') {
    return { kind, mode: 0, content: readlinkSync(path, 'latin1'), size, stamp };
  }
  const isSame = before !== undefined && before.kind === kind && before.stamp === stamp;
  const content = kind !== 'file' ? '' : isSame ? before.content : hashOf(path, size);
  return { kind, mode, content, size, stamp };
}

function kindOf(status: BigIntStats): Entry['kind'] {
  if (status.isFile()) return 'file';
  if (status.isDirectory()) return 'folder';
  return status.isSymbolicLink() ? 'link' : 'special';
}

const buffer = Buffer.allocUnsafe(1 << 16);

function hashOf(path: Buffer, size: number): string {
  const hash = createHash('sha1');
  const file = openSync(path, 'r');
  try {
    for (let length = 1, isFirst = true; length > 0; isFirst = false) {
      length = readSync(file, buffer, 0, buffer.length, null);
      const rows =
        isFirst && isSqlite(buffer.subarray(0, length), size) ? rowsHash(path) : undefined;
      if (rows !== undefined) return rows;
      hash.update(buffer.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('base64url');
}
