import { classOf, type PathClass } from './classes.ts';
import type { Entry, Manifest } from './manifest.ts';

/** One path that is not what it was, or not what it is elsewhere. */
export interface Change {
  readonly path: string;
  /** `touched`: written again with the same content. */
  readonly kind: 'created' | 'changed' | 'removed' | 'touched';
  /** Where it does not count: a log that grew, a cache, what was left in /tmp. */
  readonly class: PathClass | undefined;
  readonly before?: Entry | undefined;
  readonly after?: Entry | undefined;
}

/** What has become of the files, from one manifest to another. */
export function changesOf(before: Manifest, after: Manifest): Change[] {
  const changes: Change[] = [];
  for (const [path, now] of after) {
    const was = before.get(path);
    const kind = was === undefined ? 'created' : kindOf(was, now);
    if (kind !== undefined) changes.push(change(path, kind, was, now));
  }
  for (const [path, was] of before) {
    if (!after.has(path)) changes.push(change(path, 'removed', was, undefined));
  }
  return changes.sort((left, right) => (left.path < right.path ? -1 : 1));
}

function change(
  path: string,
  kind: Change['kind'],
  before: Entry | undefined,
  after: Entry | undefined,
): Change {
  return { path, kind, class: classOf(path, before, after), before, after };
}

function kindOf(was: Entry, now: Entry): Change['kind'] | undefined {
  if (!isSame(was, now)) return 'changed';
  return was.stamp === now.stamp ? undefined : 'touched';
}

/** The same type, content and permissions. */
export function isSame(left: Entry, right: Entry): boolean {
  return left.kind === right.kind && left.content === right.content && left.mode === right.mode;
}

/** Those that are more than a touch, and count. */
export function counted(changes: readonly Change[]): Change[] {
  return changes.filter((one) => one.kind !== 'touched' && one.class === undefined);
}
