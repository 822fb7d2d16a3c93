// Is dist up to date, and how a new one takes its place.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const INPUTS = [
  'src',
  'native',
  'scripts',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** A hash over every file that the build reads or that says how it builds. */
export function sourceHash(root) {
  const hash = createHash('sha256');
  for (const name of INPUTS.flatMap((input) => filesOf(root, input))) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(root, name)))
      .update('\0');
  }
  return hash.digest('hex');
}

export function textHash(text) {
  return createHash('sha256').update(text).digest('hex');
}

function filesOf(root, name) {
  const path = join(root, name);
  if (!existsSync(path)) return [];
  try {
    const inside = readdirSync(path, { withFileTypes: true, recursive: true });
    return inside
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort();
  } catch (error) {
    if (error.code === 'ENOTDIR') return [name];
    throw error;
  }
}

/** Puts the folder `next` in the place of `dist`: two renames, so dist is never half-written. */
export function swap(next, dist) {
  const old = `${dist}.old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(next, dist);
  rmSync(old, { recursive: true, force: true });
}
