import { type Dirent, statSync } from 'node:fs';
import { systemReason } from './errors.ts';
import type { Filter } from './filter.ts';
import { type Bytes, baseName, folderName, join, toPath } from './names.ts';
import { addEntry, addProblem, type Plan, type PlannedFolder, plannedFolder } from './plan.ts';
import { readFolder } from './read-folder.ts';
import { isStageName } from './stage-name.ts';
import { realPath, specialReason } from './stat.ts';

/** What to do with links found inside a source folder. */
export type SymlinkPolicy = 'copy' | 'follow' | 'skip';

export interface WalkOptions {
  flat: boolean;
  symlinks: SymlinkPolicy;
  filter: Filter;
}

interface Place {
  readonly path: Bytes;
  /** From the source folder on. */
  readonly inside: Bytes;
  /** The real paths of the folders on the way here, where links are followed. */
  readonly trail: readonly Bytes[];
}

const ROOT = '' as Bytes;

/** Plans the contents of `root` as a tree, or all straight into the destination when `flat`. */
export async function walk(root: Bytes, plan: Plan, options: WalkOptions): Promise<void> {
  const trail = options.symlinks === 'follow' ? [realPath(root)] : [];
  const walker = new Walker(plan, options, trail[0] ?? root);
  const todo: Place[] = [{ path: root, inside: ROOT, trail }];
  for (let place = todo.pop(); place !== undefined; place = todo.pop()) {
    todo.push(...(await walker.read(place)).reverse());
  }
}

class Walker {
  readonly #plan: Plan;
  readonly #options: WalkOptions;
  readonly #realRoot: Bytes;

  constructor(plan: Plan, options: WalkOptions, realRoot: Bytes) {
    this.#plan = plan;
    this.#options = options;
    this.#realRoot = realRoot;
  }

  /** Plans one folder and returns the folders in it. */
  async read(place: Place): Promise<Place[]> {
    const folder = plannedFolder(place.path, this.#options.flat ? ROOT : place.inside);
    const inner: Place[] = [];
    let count = 0;
    try {
      await readFolder(place.path, (entry) => {
        count++;
        this.#add(entry, place, folder, inner);
      });
    } catch (error) {
      this.#cannotRead(place, error);
      return [];
    }
    folder.names.seal();
    if (folder.names.length > 0) this.#plan.folders.push(folder);
    if (count === 0) this.#addEmpty(place);
    return inner;
  }

  #add(entry: Dirent, place: Place, folder: PlannedFolder, inner: Place[]): void {
    const name = entry.name as Bytes;
    const { filter } = this.#options;
    if (entry.isFile()) {
      if (!filter.all && !filter.file(join(place.inside, name))) return;
      if (isStageName(name)) addProblem(folder, name, STAGE_NAME);
      else addEntry(folder, name, 'file');
    } else if (entry.isDirectory()) {
      if (!filter.folder(join(place.inside, name))) return;
      if (isStageName(name)) addProblem(folder, name, STAGE_NAME);
      else inner.push(inside(place, name, place.trail));
    } else if (entry.isSymbolicLink()) {
      if (filter.file(join(place.inside, name))) this.#addLink(place, name, folder, inner);
    } else if (filter.file(join(place.inside, name))) {
      addProblem(folder, name, specialReason(entry));
    }
  }

  #addLink(place: Place, name: Bytes, folder: PlannedFolder, inner: Place[]): void {
    if (this.#options.symlinks === 'skip') this.#plan.linksSkipped++;
    else if (this.#options.symlinks === 'copy') addEntry(folder, name, 'link');
    else {
      try {
        this.#follow(place, name, folder, inner);
      } catch (error) {
        addProblem(folder, name, `the link cannot be followed: ${systemReason(error)}`);
      }
    }
  }

  #follow(place: Place, name: Bytes, folder: PlannedFolder, inner: Place[]): void {
    const path = join(place.path, name);
    const real = realPath(path);
    const stats = statSync(toPath(real));
    if (!isInside(real, this.#realRoot)) {
      addProblem(folder, name, 'the link leads out of the source folder');
    } else if (stats.isFile()) {
      addEntry(folder, name, 'followed');
    } else if (!stats.isDirectory()) {
      addProblem(folder, name, specialReason(stats));
    } else if (place.trail.includes(real)) {
      addProblem(folder, name, 'the link leads back to a folder it is in');
    } else {
      inner.push(inside(place, name, [...place.trail, real]));
    }
  }

  /** An empty folder is exported too, but not flat, and not where only some files are wanted. */
  #addEmpty(place: Place): void {
    if (place.inside === ROOT || this.#options.flat || !this.#options.filter.all) return;
    addEntry(this.#parentOf(place), baseName(place.path), 'folder');
  }

  #cannotRead(place: Place, error: unknown): void {
    const reason = `the folder cannot be read: ${systemReason(error)}`;
    addProblem(this.#parentOf(place), baseName(place.path), reason);
  }

  #parentOf(place: Place): PlannedFolder {
    const target = this.#options.flat || place.inside === ROOT ? ROOT : parentInside(place.inside);
    const folder = plannedFolder(folderName(place.path), target);
    this.#plan.folders.push(folder);
    return folder;
  }
}

const STAGE_NAME = 'its name is reserved for the working folder of an export (leave it out)';

function inside(place: Place, name: Bytes, trail: readonly Bytes[]): Place {
  return { path: join(place.path, name), inside: join(place.inside, name), trail };
}

function parentInside(path: Bytes): Bytes {
  return path.includes('/') ? folderName(path) : ROOT;
}

/** Whether the path is the folder or in it; both are real paths. */
export function isInside(path: Bytes, folder: Bytes): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
