import { rmdirSync, unlinkSync } from 'node:fs';
import { CLAIM_PREFIX, revokeClaim } from './claim.ts';
import { type Bytes, join, toPath } from './names.ts';
import { readFolder } from './read-folder.ts';
import { ownerOf } from './stage-name.ts';
import { lstat } from './stat.ts';
import type { TargetFolder } from './target-folder.ts';

/** Of a run on another machine nothing can be seen but its files: so long untouched means dead. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** What was left behind by runs that were killed. */
export interface Swept {
  /** How many such runs. */
  runs: number;
  /** How many names they had claimed and not filled. */
  claims: number;
}

/** Removes the working folders of dead runs from the destination. */
export async function sweep(
  root: TargetFolder,
  names: readonly Bytes[],
  nowMs: number,
): Promise<Swept> {
  const swept: Swept = { runs: 0, claims: 0 };
  for (const name of names) {
    if (!isDead(root, name, nowMs)) continue;
    try {
      swept.claims += await sweepStage(root, name);
      swept.runs++;
    } catch {
      // Another run sweeps it too, or something in it is not ours: left for the next run to see.
    }
  }
  return swept;
}

function isDead(root: TargetFolder, name: Bytes, nowMs: number): boolean {
  const owner = ownerOf(name);
  if (owner !== 'elsewhere') return owner === 'dead';
  const stats = lstat(join(root.path, name));
  return stats !== undefined && nowMs - stats.mtimeMs > ABANDONED_MS;
}

async function sweepStage(root: TargetFolder, name: Bytes): Promise<number> {
  const stage = root.inner(name, () => 0o700);
  stage.use();
  let claims = 0;
  try {
    const staged: Bytes[] = [];
    await readFolder(stage.at('.' as Bytes), (entry) => {
      staged.push(entry.name as Bytes);
    });
    for (const file of staged) {
      const path = stage.at(file);
      if (file.startsWith(CLAIM_PREFIX) && revokeClaim(path, root)) claims++;
      unlinkSync(toPath(path));
    }
    rmdirSync(toPath(root.at(name)));
  } finally {
    stage.done();
  }
  return claims;
}
