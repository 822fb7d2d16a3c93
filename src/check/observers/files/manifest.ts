// What is in a scratch folder. Names are bytes: one character a byte.
import { createHash } from 'node:crypto';
import {
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import type { PARTS } from '../../sandbox/scratch.ts';
import { isRepository, repositoryEntries, SEEN_BY_GIT } from './git.ts';
import { besideSqlite, isBesideSqlite, isSqlite, rowsHash } from './sqlite.ts';
import type { Texts } from './texts.ts';

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
  /** The content of a small text file. */
  readonly text?: string | undefined;
  /** The rows of a table: what identifies each, and a hash of it; undefined where they are too many. */
  readonly rows?: ReadonlyMap<string, string>;
}

/** By path: `out/a.txt`, `/tmp/x`, `~/.cache/y`. */
export type Manifest = Pick<
  ReadonlyMap<string, Entry>,
  'get' | 'has' | 'keys' | typeof Symbol.iterator
>;

const LABELS: Readonly<Record<(typeof PARTS)[number], string>> = {
  work: '',
  tmp: '/tmp/',
  home: '~/',
};

/** The path in a manifest of one in a scratch folder; that of a part itself is empty, or ends in a slash. */
export function labelOf(path: string): string {
  const at = path.indexOf('/');
  const part = (at < 0 ? path : path.slice(0, at)) as (typeof PARTS)[number];
  return `${LABELS[part]}${at < 0 ? '' : path.slice(at + 1)}`;
}

/** How what is there is read. */
export interface Reading {
  /** The hash of what has not been written since is taken from there. */
  readonly before?: Manifest | undefined;
  /** Keeps what is text. */
  readonly texts?: Texts;
}

/** What is at a path, without what is in it; undefined where nothing is. */
export function entryAt(
  root: string,
  path: string,
  { before, texts }: Reading = {},
): Entry | undefined {
  const place = `${root}/${path}`;
  const isThere = (name: string) => statusOf(name) !== undefined;
  if (isBesideSqlite(place, isThere)) return undefined;
  return entryOf(place, besideSqlite(place, isThere), before?.get(labelOf(path)), texts);
}

/** What is at a path, and below. */
export function entriesAt(root: string, path: string, reading: Reading = {}): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const entry = entryAt(root, path, reading);
  const label = labelOf(path);
  const isPart = !path.includes('/');
  if (entry !== undefined && !isPart) entries.set(label, entry);
  if (entry?.kind === 'folder')
    walk(`${root}/${path}`, isPart ? label : `${label}/`, entries, reading);
  return entries;
}

function walk(folder: string, label: string, entries: Map<string, Entry>, reading: Reading): void {
  const { before, texts } = reading;
  const place = bytesOf(folder);
  const names = new Set(readdirSync(place, { encoding: 'latin1' }));
  const isThere = (name: string) => names.has(name);
  const seen = isRepository(names) ? repositoryEntries(place, label, before) : undefined;
  for (const [path, entry] of seen ?? []) entries.set(path, entry);
  for (const name of names) {
    if (seen !== undefined && SEEN_BY_GIT.has(name)) continue;
    if (isBesideSqlite(name, isThere)) continue;
    const path = `${folder}/${name}`;
    const key = `${label}${name}`;
    const entry = entryOf(path, besideSqlite(name, isThere), before?.get(key), texts);
    if (entry === undefined) continue;
    entries.set(key, entry);
    if (entry.kind === 'folder') walk(path, `${key}/`, entries, reading);
  }
}

/** `beside` are the ends of the names of files that belong to it. */
function entryOf(
  path: string,
  beside: readonly string[],
  before: Entry | undefined,
  texts: Texts | undefined,
): Entry | undefined {
  const status = statusOf(path);
  if (status === undefined) return undefined;
  const kind = kindOf(status);
  const mode = kind === 'link' ? 0 : status.mode & 0o7777;
  const all = [status, ...beside.map((end) => statusOf(path + end))];
  const stamp = kind === 'folder' ? '' : all.map((one) => one && stampOf(one)).join();
  if (before?.kind === kind && before.stamp === stamp && before.mode === mode) return before;
  const size = kind === 'file' ? status.size : 0;
  const content = contentOf(path, kind, size, texts);
  return { kind, mode, content, size, stamp, text: texts?.of(content) };
}

/** Undefined where nothing is. */
export function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(bytesOf(path), { throwIfNoEntry: false });
  } catch (error) {
    // What is above it is no folder here.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Whatever is done to a file, the time of its change is then another one, which no program can set. */
function stampOf({ ino, ctimeMs }: Stats): string {
  return `${ino} ${ctimeMs}`;
}

function bytesOf(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

function kindOf(status: Stats): Entry['kind'] {
  if (status.isFile()) return 'file';
  if (status.isDirectory()) return 'folder';
  return status.isSymbolicLink() ? 'link' : 'special';
}

function contentOf(
  path: string,
  kind: Entry['kind'],
  size: number,
  texts: Texts | undefined,
): string {
  if (kind === 'link') return readlinkSync(bytesOf(path), 'latin1');
  return kind === 'file' ? hashOf(bytesOf(path), size, texts) : '';
}

const buffer = Buffer.allocUnsafe(1 << 16);

function hashOf(path: Buffer, size: number, texts: Texts | undefined): string {
  const hash = createHash('sha1');
  const file = openSync(path, 'r');
  let isWhole = false;
  try {
    for (let length = 1, isFirst = true; length > 0; isFirst = false) {
      length = readSync(file, buffer, 0, buffer.length, null);
      const rows =
        isFirst && isSqlite(buffer.subarray(0, length), size) ? rowsHash(path) : undefined;
      if (rows !== undefined) return rows;
      hash.update(buffer.subarray(0, length));
      if (isFirst) isWhole = length === size;
    }
  } finally {
    closeSync(file);
  }
  const digest = hash.digest('base64url');
  // It is still there, as nothing came after it.
  if (isWhole) texts?.keep(digest, buffer.subarray(0, size));
  return digest;
}
