import { NameList } from './name-list.ts';
import type { Bytes } from './names.ts';

/**
 * What an entry of the plan is: a file · a link that is followed to a file · a link kept as a link ·
 * an empty folder · something that cannot be exported, whose reason is in `problems`.
 */
export type EntryKind = 'file' | 'followed' | 'link' | 'folder' | 'problem';

/** The entries of one source folder and the folder they go to. */
export interface PlannedFolder {
  /** The folder they are in. */
  readonly source: Bytes;
  /** The folder they go to, from the destination on; empty for the destination itself. */
  readonly target: Bytes;
  /** Names, the same in source and target. */
  readonly names: NameList;
  /** What they are, where that is no plain file: there may be millions of those. */
  readonly kinds: Map<Bytes, EntryKind>;
  /** Why an entry cannot be exported, by name. */
  readonly problems: Map<Bytes, string>;
  /** Entries that want a name which another source wants with other content, and why. */
  readonly clashes: Map<Bytes, string>;
  /** Entries whose name and content another source has too. */
  readonly twins: Set<Bytes>;
}

/** Everything that an export is about, read before the first write. */
export interface Plan {
  readonly folders: PlannedFolder[];
  /** Links left out because of `symlinks: 'skip'`. */
  linksSkipped: number;
}

export function plannedFolder(source: Bytes, target: Bytes): PlannedFolder {
  return {
    source,
    target,
    names: new NameList(),
    kinds: new Map(),
    problems: new Map(),
    clashes: new Map(),
    twins: new Set(),
  };
}

export function addEntry(folder: PlannedFolder, name: Bytes, kind: EntryKind): void {
  folder.names.push(name);
  if (kind !== 'file') folder.kinds.set(name, kind);
}

export function addProblem(folder: PlannedFolder, name: Bytes, reason: string): void {
  addEntry(folder, name, 'problem');
  folder.problems.set(name, reason);
}

export function kindOf({ kinds }: PlannedFolder, name: Bytes): EntryKind {
  return kinds.size === 0 ? 'file' : (kinds.get(name) ?? 'file');
}

export function countEntries(plan: Plan): number {
  return plan.folders.reduce((sum, folder) => sum + folder.names.length, 0);
}
