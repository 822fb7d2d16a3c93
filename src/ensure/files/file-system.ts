import { closeSync, openSync, type Stats, statfsSync } from 'node:fs';
import {
  type Bytes,
  type Folding,
  isAscii,
  join,
  NO_FOLDING,
  toBytes,
  toPath,
  toText,
} from './names.ts';
import type { Plan } from './plan.ts';
import { readFolder } from './read-folder.ts';
import { discard, type Stage } from './stage.ts';
import { lstat } from './stat.ts';

/** statfs(2) types of file systems that keep times to two seconds. */
const COARSE_TYPES = new Set([0x4d44, 0x2011bab0]);
const COARSE_MS = 2000;

/** How coarsely the file system of that folder keeps times, in milliseconds. */
export function timeCoarsenessMs(folder: Bytes): number {
  try {
    return COARSE_TYPES.has(statfsSync(toPath(folder)).type) ? COARSE_MS : 0;
  } catch {
    return 0;
  }
}

/**
 * Finds out which names the destination takes for the same: by a planned file that is there already,
 * else by the working folder that is needed anyway. Without a `stage` (nothing may be written) an
 * empty destination is taken to tell names apart.
 */
export async function detectFolding(plan: Plan, root: Bytes, stage?: Stage): Promise<Folding> {
  const isCased = await isFolded(plan, root, swapCase, () => {
    return stage && caseProbe(root, stage.made());
  });
  // Looking through all names for one with two Unicode forms is only worth it where there is a chance.
  const mayCompose = isCased || process.platform === 'darwin';
  const isComposed =
    mayCompose && (await isFolded(plan, root, recompose, () => stage && unicodeProbe(stage)));
  return isCased || isComposed ? { case: isCased, unicode: isComposed } : NO_FOLDING;
}

type Alias = (name: Bytes) => Bytes | undefined;

async function isFolded(
  plan: Plan,
  root: Bytes,
  aliasOf: Alias,
  probe: () => boolean | undefined,
): Promise<boolean> {
  let count = 0;
  for (const { target, name, alias } of samplesOf(plan, aliasOf)) {
    const folder = join(root, target);
    if (lookedUp(join(folder, name)) !== undefined) return isAlias(folder, alias);
    if (++count === MAX_SAMPLES) break;
  }
  return count > 0 && (probe() ?? false);
}

/** Names to try before probing: one that clashes or fails is missing on every run. */
const MAX_SAMPLES = 100;

/** A path that cannot be looked up (it goes through a file, it is too long) holds nothing either. */
function lookedUp(path: Bytes): Stats | undefined {
  try {
    return lstat(path);
  } catch {
    return undefined;
  }
}

function* samplesOf(
  plan: Plan,
  aliasOf: Alias,
): Generator<{ target: Bytes; name: Bytes; alias: Bytes }> {
  for (const { target, names, problems } of plan.folders) {
    for (const name of names) {
      const alias = problems.has(name) ? undefined : aliasOf(name);
      if (alias !== undefined) yield { target, name, alias };
    }
  }
}

/**
 * Found under the other name too, and not listed under it. That both are one file says nothing: two
 * links are listed both, and some drivers make up a number for each name.
 */
async function isAlias(folder: Bytes, alias: Bytes): Promise<boolean> {
  if (lookedUp(join(folder, alias)) === undefined) return false;
  let isListed = false;
  await readFolder(folder, ({ name }) => {
    if (name === alias) isListed = true;
  });
  return !isListed;
}

function caseProbe(root: Bytes, name: Bytes): boolean {
  return lstat(join(root, swapCase(name) ?? name)) !== undefined;
}

function unicodeProbe(stage: Stage): boolean {
  const path = stage.at(toBytes(COMPOSED));
  closeSync(openSync(toPath(path), 'wx'));
  try {
    return lstat(stage.at(toBytes(COMPOSED.normalize('NFD')))) !== undefined;
  } finally {
    discard(path);
  }
}

const COMPOSED = '\u00e9';

/** The name in the other case; undefined where it has none. */
function swapCase(name: Bytes): Bytes | undefined {
  if (!/[a-z]/iu.test(name)) return undefined;
  return name.replace(/[a-z]/giu, (letter) =>
    letter < 'a' ? letter.toLowerCase() : letter.toUpperCase(),
  ) as Bytes;
}

/** The name in the other Unicode form; undefined where it has only one. */
function recompose(name: Bytes): Bytes | undefined {
  const text = isAscii(name) ? undefined : toText(name);
  if (text === undefined) return undefined;
  const other = text === text.normalize('NFC') ? text.normalize('NFD') : text.normalize('NFC');
  return other === text ? undefined : toBytes(other);
}
