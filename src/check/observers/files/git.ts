// A repository of git is compared by what it means: its references, the trees and commits that they
// reach, and its index. The bytes hold times, and objects that nobody needs any more.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry, Manifest } from './manifest.ts';

/** What of a repository is seen through git, and not by its bytes. */
export const SEEN_BY_GIT: ReadonlySet<string> = new Set([
  'objects',
  'refs',
  'packed-refs',
  'index',
]);

/** Whether a folder with these names in it is a repository (`.git`, or a bare one). */
export function isRepository(names: Pick<ReadonlySet<string>, 'has'>): boolean {
  return ['HEAD', 'objects', 'refs'].every((name) => names.has(name));
}

/** What is in a repository; undefined where git is not there, or cannot read it. */
export function repositoryEntries(
  path: Buffer,
  label: string,
  before?: Manifest,
): Manifest | undefined {
  const folder = path.toString();
  const [objects, refs] = [filesIn(folder, 'objects'), filesIn(folder, 'refs')];
  const stamps = {
    objects: stampOf([...objects.values()]),
    refs: stampOf([...refs.values(), stampAt(join(folder, 'packed-refs'))]),
    index: stampAt(join(folder, 'index')),
  };
  const entries = entriesBefore(label, stamps, before) ?? entriesNow(folder, label, stamps);
  if (entries === undefined) return undefined;
  for (const [name, stamp] of [...objects, ...refs]) {
    if (isLitter(name)) entries.set(`${label}${name}`, entry('', stamp));
  }
  return entries;
}

interface Stamps {
  readonly objects: string;
  readonly refs: string;
  readonly index: string;
}

function entriesNow(folder: string, label: string, stamps: Stamps): Map<string, Entry> | undefined {
  const refs = git(folder, 'for-each-ref', `--format=${FORMAT}`);
  // Fails where something that is reached is not there.
  const commits = git(folder, 'rev-list', '--objects', '--all', '--count');
  const index = git(folder, 'ls-files', '--stage');
  if (refs === undefined || commits === undefined || index === undefined) return undefined;
  const entries = new Map<string, Entry>([
    [`${label}objects`, entry(`amount ${commits.trim()}`, stamps.objects)],
    [`${label}refs`, entry('', stamps.refs)],
  ]);
  if (stamps.index !== '') entries.set(`${label}index`, entry(hashOf(index), stamps.index));
  for (const line of refs.split('\n').filter((one) => one !== '')) {
    const [name = '', object = '', tree = '', tagged = ''] = line.split(' ');
    entries.set(`${label}${name}`, entry(object, ''));
    // Is the same where only the time of the commit is another.
    entries.set(`${label}${name} (tree)`, entry(`${tree}${tagged}`, ''));
  }
  const stashes = textAt(join(folder, 'logs/refs/stash')).split('\n').length - 1;
  if (stashes > 0) entries.set(`${label}refs/stash (entries)`, entry(`${stashes}`, ''));
  return entries;
}

const FORMAT = '%(refname) %(objectname) %(tree) %(*tree)';

/** As they were, where nothing has been written since. */
function entriesBefore(
  label: string,
  stamps: Stamps,
  before: Manifest | undefined,
): Map<string, Entry> | undefined {
  const areas = ['objects', 'refs', 'index'] as const;
  const isSame = areas.every(
    (area) => (before?.get(`${label}${area}`)?.stamp ?? '') === stamps[area],
  );
  if (before === undefined || !isSame) return undefined;
  const own = [...before].filter(([path]) => {
    const name = path.startsWith(label) ? path.slice(label.length) : '';
    return (SEEN_BY_GIT.has(name.split('/')[0] ?? '') || name === 'index') && !isLitter(name);
  });
  return new Map(own);
}

/** What a killed git leaves; the next one does not use it. */
function isLitter(name: string): boolean {
  return name.endsWith('.lock') || /(?:^|\/)\.?tmp[-_]/u.test(name);
}

function git(folder: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync(
    'git',
    ['-c', 'core.fsmonitor=false', '--git-dir', folder, ...args],
    { cwd: folder, env: ENV, encoding: 'latin1', maxBuffer: 1 << 30, timeout: 60_000 },
  );
  return status === 0 ? stdout : undefined;
}

/** It must read what is there, and nothing of the one who runs the check; and write nothing. */
const ENV = {
  PATH: process.env['PATH'],
  GIT_OPTIONAL_LOCKS: '0',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

/** The files in there and below, each with its stamp. */
function filesIn(folder: string, below: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, parentPath } of readdirSync(join(folder, below), {
    recursive: true,
    withFileTypes: true,
  }).filter((one) => !one.isDirectory())) {
    const path = join(parentPath, name);
    found.set(path.slice(folder.length + 1), stampAt(path));
  }
  return found;
}

function stampAt(path: string): string {
  const status = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (status === undefined) return '';
  return `${status.ino} ${status.mtimeNs} ${status.ctimeNs} ${status.size}`;
}

function stampOf(stamps: string[]): string {
  return hashOf(stamps.sort().join('\n'));
}

function textAt(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function hashOf(text: string): string {
  return createHash('sha1').update(text, 'latin1').digest('base64url');
}

function entry(content: string, stamp: string): Entry {
  return { kind: 'file', mode: 0, content, size: 0, stamp };
}
