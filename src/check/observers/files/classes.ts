import type { Entry } from './manifest.ts';

/** What changes with every run of a program that is right: it is told, and does not count. */
export type PathClass = 'log' | 'cache' | 'temporary';

const CACHE =
  /^~\/\.(?:npm|cache|config\/configstore)(?:\/|$)|(?:^|\/)(?:__pycache__|node_modules\/\.cache|\.pytest_cache)(?:\/|$)|\.pyc$/u;
/** Notes of git for whoever types: where it was before, what it fetched or merged last, the last message. */
const GIT_NOTE = /(?:^|\/)\.git\/(?:ORIG_HEAD|FETCH_HEAD|AUTO_MERGE|COMMIT_EDITMSG)$/u;
const LOG = /(?:^|\/)logs?\/|\.log$/iu;

const OF_DATABASES = new Set<Entry['kind']>(['table', 'definition', 'key']);

/** The class of a path that was changed from one entry to another. */
export function classOf(
  path: string,
  before: Entry | undefined,
  after: Entry | undefined,
): PathClass | undefined {
  // A table or key is none, whatever its name.
  if (OF_DATABASES.has((after ?? before)?.kind ?? 'file')) return undefined;
  if (CACHE.test(path) || GIT_NOTE.test(path)) return 'cache';
  if (isLog(path) && hasGrown(before, after)) return 'log';
  return path.startsWith('/tmp/') ? 'temporary' : undefined;
}

export function isLog(path: string): boolean {
  return LOG.test(path);
}

/** A log is written on; one that was cut off or removed is no log. */
function hasGrown(before: Entry | undefined, after: Entry | undefined): boolean {
  return after !== undefined && after.size >= (before?.size ?? 0);
}
