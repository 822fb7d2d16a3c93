import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  type BigIntStats,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A symbolic link, in {@link Tree}. */
export interface LinkTo {
  readonly to: string;
}

/** The contents of a folder: text or bytes for a file, a tree for a folder, a link. */
export type Tree = { readonly [name: string]: string | Uint8Array | LinkTo | Tree };

/** A new empty folder, removed with all that is in it when the test ends. */
export function tempFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'runtwice-test-'));
  onTestFinished(() => {
    // Nobody but root can remove what is in a folder that a test has locked.
    if (process.getuid?.() !== 0) spawnSync('chmod', ['-R', 'u+rwX', path]);
    // Node 22 cannot remove paths that are longer than the system takes.
    if (process.platform !== 'win32') spawnSync('rm', ['-rf', path]);
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

/**
 * A temporary folder with a source `from` that holds the tree, and where to export to. The source's
 * files are of long ago: what a test plants elsewhere never has their time by accident.
 */
export function workFolder(tree: Tree = {}): { root: string; from: string; to: string } {
  const root = tempFolder();
  const from = join(root, 'from');
  plant(from, tree);
  visit(from, (_, path, stats) => {
    if (stats.isFile()) utimesSync(path, LONG_AGO, LONG_AGO);
  });
  return { root, from, to: join(root, 'to') };
}

const LONG_AGO = 1_234_567_890.123_456;

/** Makes the folder, if need be, and what the tree says in it. */
export function plant(folder: string, tree: Tree): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, what] of Object.entries(tree)) {
    const path = join(folder, name);
    if (typeof what === 'string' || what instanceof Uint8Array) writeFileSync(path, what);
    else if (isLink(what)) symlinkSync(what.to, path);
    else plant(path, what);
  }
}

/** As many small files as asked for, each with its own content. */
export function manyFiles(count: number): Tree {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const number = String(index).padStart(4, '0');
      return [`file-${number}.txt`, `content of ${number}`];
    }),
  );
}

function isLink(what: LinkTo | Tree): what is LinkTo {
  return typeof what['to'] === 'string' && Object.keys(what).length === 1;
}

/** A path of bytes under a folder. */
export function bytesPath(folder: string, name: Uint8Array | string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
}

/** What a reader sees: every path, as its bytes, with the file's text, the link's end or the folder. */
export function contentsOf(folder: string): Record<string, string> {
  const all: [string, string][] = [];
  visit(folder, (name, path, stats) => all.push([name, contentOf(path, stats)]));
  return Object.fromEntries(all);
}

/**
 * Everything that can be told about a folder and what is in it without reading times: one line for
 * each entry, the folder itself first. Two equal lists mean that nothing was written in between.
 */
export function manifestOf(folder: string): string[] {
  const lines: string[] = [];
  const add = (name: string, path: Buffer, stats: BigIntStats): void => {
    const { ino, mode, nlink, uid, gid, size, mtimeNs, ctimeNs } = stats;
    const facts = [ino, mode.toString(8), nlink, uid, gid, size, mtimeNs, ctimeNs].join(' ');
    lines.push(`${JSON.stringify(name)} ${facts} ${contentOf(path, stats)}`);
  };
  add('', Buffer.from(folder), lstatSync(folder, { bigint: true }));
  visit(folder, add);
  return lines;
}

/** The names left by the exporter that are nobody's files, anywhere under the folder. */
export function leftoversIn(folder: string): string[] {
  const found: string[] = [];
  visit(folder, (name) => {
    if (name.includes('.runtwice-')) found.push(name);
  });
  return found;
}

type Visitor = (name: string, path: Buffer, stats: BigIntStats) => void;

function visit(folder: string | Buffer, add: Visitor, inside = ''): void {
  const names = readdirSync(folder, { encoding: 'latin1' }).sort();
  for (const name of names) {
    const path = Buffer.concat([Buffer.from(folder), Buffer.from(`/${name}`, 'latin1')]);
    const stats = lstatSync(path, { bigint: true });
    add(`${inside}${name}`, path, stats);
    if (stats.isDirectory()) visit(path, add, `${inside}${name}/`);
  }
}

const SHOWN_BYTES = 200n;

function contentOf(path: Buffer, stats: BigIntStats): string {
  if (stats.isDirectory()) return '(folder)';
  if (stats.isSymbolicLink()) return `-> ${readlinkSync(path, 'latin1')}`;
  if (!stats.isFile()) return '(special)';
  const bytes = readFileSync(path);
  if (stats.size <= SHOWN_BYTES) return bytes.toString('latin1');
  return `${stats.size} bytes ${createHash('sha256').update(bytes).digest('hex')}`;
}
