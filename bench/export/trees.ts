// The folders that are exported.
import { randomFillSync } from 'node:crypto';
import {
  closeSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  openSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

export interface Tree {
  readonly files: number;
  readonly bytes: number;
  /** Files in each folder; undefined: all in one. */
  readonly perFolder?: number;
}

export type TreeName = 'small' | 'flat' | 'nested' | 'durable' | 'large' | 'million';

export const TREES: Record<TreeName, Tree> = {
  small: { files: 1_000, bytes: 100_000 },
  flat: { files: 100_000, bytes: 1_000 },
  nested: { files: 100_000, bytes: 1_000, perFolder: 100 },
  durable: { files: 5_000, bytes: 1_000 },
  large: { files: 4, bytes: 1_000_000_000 },
  million: { files: 1_000_000, bytes: 16, perFolder: 1_000 },
};

/** Fewer files; of few large ones, smaller ones. */
export function scaled(tree: Tree, scale: number): Tree {
  return tree.files < 10
    ? { ...tree, bytes: Math.max(1, Math.round(tree.bytes * scale)) }
    : { ...tree, files: Math.max(1, Math.round(tree.files * scale)) };
}

export function words({ files, bytes, perFolder }: Tree): string {
  const unit = [1e9, 1e6, 1e3].find((size) => bytes >= size) ?? 1;
  const name = { 1e9: 'GB', 1e6: 'MB', 1e3: 'KB' }[unit] ?? 'B';
  const size = `${Number((bytes / unit).toFixed(1))} ${name}`;
  const folders = perFolder === undefined ? 1 : Math.ceil(files / perFolder);
  const where = folders === 1 ? 'one folder' : `${folders.toLocaleString('en')} folders`;
  return `${files.toLocaleString('en')} × ${size} in ${where}`;
}

/** What it takes on disk, for blocks of 4 KB. */
export function spaceOf({
  files,
  bytes,
  perFolder = files,
}: Tree): [bytes: number, inodes: number] {
  return [files * Math.ceil(bytes / 4096) * 4096, files + Math.ceil(files / perFolder)];
}

const BLOCK = 8 * 1024 * 1024;
/** Files that were finished long ago, as exported ones mostly were. */
const TIME = Date.UTC(2024, 0, 1) / 1000;

export async function makeTree(root: string, { files, bytes, perFolder }: Tree): Promise<void> {
  const block = randomFillSync(Buffer.alloc(Math.max(16, Math.min(bytes, BLOCK))));
  mkdirSync(root, { recursive: true });
  let folder = root;
  for (let index = 0; index < files; index++) {
    if (perFolder !== undefined && index % perFolder === 0) {
      folder = join(root, `folder-${String(index / perFolder).padStart(4, '0')}`);
      mkdirSync(folder);
    }
    // So that Ctrl-C is heard.
    if (index % 256 === 0) await setImmediate();
    const file = openSync(join(folder, `report-${String(index).padStart(7, '0')}.pdf`), 'wx');
    for (let done = 0; done < bytes; ) {
      block.writeUInt32LE(index, 0);
      block.writeUInt32LE(done % 2 ** 32, 4);
      done += writeSync(file, block, 0, Math.min(block.length, bytes - done));
      if (bytes > BLOCK) await setImmediate();
    }
    futimesSync(file, TIME + index, TIME + index);
    closeSync(file);
  }
}

/** How many files a folder holds, of how many bytes; hidden ones too. */
export function contents(root: string): { files: number; bytes: number } {
  const total = { files: 0, bytes: 0 };
  const folders = [root];
  for (const folder of folders) {
    const open = opendirSync(folder, { bufferSize: 1024 });
    for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else {
        total.files++;
        total.bytes += lstatSync(path).size;
      }
    }
    open.closeSync();
  }
  return total;
}
