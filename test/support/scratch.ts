// Copies of folders as a check makes them, and what is done to them.
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { MAIN } from './cli.ts';

/** The helper as it was built. */
export const HELPER: string = join(
  dirname(dirname(MAIN)),
  `native/runtwice-native-${process.arch}`,
);

/** All that can be seen of a folder: one line for each path in it, but for the times of links and reads. */
export function seenIn(folder: string): string[] {
  const firsts = new Map<bigint, string>();
  return ['', ...namesIn(folder)].map((name) => {
    const status = lstatSync(bytes(folder, name), { bigint: true });
    const first = firsts.get(status.ino) ?? name;
    firsts.set(status.ino, first);
    const kind = Number(status.mode).toString(8);
    const content = status.isFile()
      ? createHash('sha1')
          .update(readFileSync(bytes(folder, name)))
          .digest('hex')
      : status.isSymbolicLink()
        ? readlinkSync(bytes(folder, name), 'latin1')
        : '';
    const { uid, gid, mtimeNs } = status;
    return [name, kind, uid, gid, mtimeNs, content, first === name ? '' : `= ${first}`].join(' ');
  });
}

function namesIn(folder: string, below = ''): string[] {
  const names = readdirSync(bytes(folder, below), { encoding: 'latin1' }).sort();
  return names.flatMap((name) => {
    const path = below === '' ? name : `${below}/${name}`;
    const isFolder = lstatSync(bytes(folder, path)).isDirectory();
    return isFolder ? [path, ...namesIn(folder, path)] : [path];
  });
}

function bytes(folder: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);
}

/** What a program may do to two paths in a folder; where it cannot, nothing. */
export const DEEDS: Record<string, (one: string, other: string) => void> = {
  write: (one) => writeFileSync(one, 'new'),
  append: (one) => appendFileSync(one, 'more'),
  'write in place, with the time put back': (one) => {
    const { mtime, size } = lstatSync(one);
    writeFileSync(one, 'x'.repeat(size), { flag: 'r+' });
    utimesSync(one, mtime, mtime);
  },
  'make a folder': (one) => mkdirSync(one),
  'make a folder with files': (one) => {
    mkdirSync(`${one}/deep/er`, { recursive: true });
    writeFileSync(`${one}/deep/file`, '1');
  },
  rename: (one, other) => renameSync(one, other),
  swap: (one, other) => {
    renameSync(one, `${one}.swap`);
    renameSync(other, one);
    renameSync(`${one}.swap`, other);
  },
  remove: (one) => rmSync(one, { recursive: true }),
  'remove and make again': (one) => {
    const text = readFileSync(one);
    rmSync(one);
    writeFileSync(one, text);
  },
  'change permissions': (one) => chmodSync(one, existsSync(`${one}/.`) ? 0o750 : 0o640),
  'change the time': (one) => utimesSync(one, 1, 1),
  link: (one, other) => linkSync(one, other),
  'link symbolically': (one, other) => symlinkSync(other, one),
};
