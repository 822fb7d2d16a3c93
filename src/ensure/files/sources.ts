import { type Stats, statSync } from 'node:fs';
import { RuntwiceError } from '../../core/errors.ts';
import { systemReason } from './errors.ts';
import { type Bytes, baseName, display, folderName, join, toPath, trimSlashes } from './names.ts';
import { addEntry, addProblem, type Plan, type PlannedFolder, plannedFolder } from './plan.ts';
import { isStageName } from './stage-name.ts';
import { lstat, realPath, specialReason } from './stat.ts';
import { isInside, type WalkOptions, walk } from './walk.ts';

const ROOT = '' as Bytes;

/**
 * Reads everything that is to be exported: a source folder's contents as a tree, a source file
 * straight into the destination. With `only`, just these: paths from the one source folder on, or,
 * without sources, files as if each had been named.
 *
 * @throws {RuntwiceError} `ERR_RUNTWICE_SOURCE_MISSING` before anything else is done.
 */
export async function planSources(
  sources: readonly Bytes[],
  only: readonly Bytes[] | undefined,
  options: WalkOptions,
): Promise<Plan> {
  const reader = new SourceReader(options);
  if (only === undefined) await reader.addSources(sources);
  else if (sources.length === 0) reader.addNamed(only);
  else await reader.addChosen(oneFolder(sources), only);
  return reader.plan;
}

class SourceReader {
  readonly plan: Plan = { folders: [], linksSkipped: 0 };
  readonly #options: WalkOptions;
  readonly #folders = new Map<string, PlannedFolder>();
  readonly #seen = new Set<string>();
  readonly #within = new Map<Bytes, boolean>();

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  async addSources(sources: readonly Bytes[]): Promise<void> {
    for (const [source, stats] of statAll(sources)) {
      if (stats.isDirectory()) await walk(trimSlashes(source), this.plan, this.#options);
      else if (this.#isNew(source)) this.#addFile(source, stats);
    }
  }

  /** Files from a list: one that is missing is a failed item, the others are exported. */
  addNamed(paths: readonly Bytes[]): void {
    for (const path of paths) {
      if (!this.#isNew(path)) continue;
      const folder = this.#folder(folderName(path), ROOT);
      this.#try(folder, baseName(path), () => {
        const stats = statSync(toPath(path));
        if (stats.isDirectory()) {
          addProblem(folder, baseName(path), 'it is a folder: a list names files');
        } else this.#addFile(path, stats);
      });
    }
  }

  async addChosen(source: Bytes, paths: readonly Bytes[]): Promise<void> {
    for (const path of paths) {
      const inside = insidePath(path);
      if (!this.#isNew(inside)) continue;
      const parent = inside.includes('/') ? folderName(inside) : ROOT;
      const folder = this.#folder(folderName(join(source, inside)), parent);
      this.#try(folder, baseName(inside), () => this.#addInside(source, inside, folder));
    }
  }

  #addInside(source: Bytes, inside: Bytes, folder: PlannedFolder): void {
    const name = baseName(inside);
    if (inside.includes('/') && !this.#isWithin(source, folder.source)) {
      addProblem(folder, name, LEADS_OUT);
      return;
    }
    const stats = lstat(join(source, inside));
    if (stats === undefined) addProblem(folder, name, MISSING);
    else if (stats.isDirectory()) addProblem(folder, name, 'it is a folder: a list names files');
    else if (!this.#options.filter.file(inside)) return;
    else if (!stats.isSymbolicLink()) this.#addAs(folder, name, stats);
    else if (this.#options.symlinks === 'skip') this.plan.linksSkipped++;
    else if (this.#options.symlinks === 'copy') addEntry(folder, name, 'link');
    else if (this.#isWithin(source, join(source, inside))) addEntry(folder, name, 'followed');
    else addProblem(folder, name, LEADS_OUT);
  }

  /** Whether the path ends in the source folder, whatever links it goes through. */
  #isWithin(source: Bytes, path: Bytes): boolean {
    let within = this.#within.get(path);
    if (within === undefined) {
      within = isInside(realPath(path), realPath(source));
      this.#within.set(path, within);
    }
    return within;
  }

  /** A link that was named itself is followed: the caller asked for what it names. */
  #addFile(path: Bytes, stats: Stats): void {
    const name = baseName(path);
    if (!this.#options.filter.file(name)) return;
    this.#addAs(this.#folder(folderName(path), ROOT), name, stats, 'followed');
  }

  #addAs(folder: PlannedFolder, name: Bytes, stats: Stats, kind: 'file' | 'followed' = 'file') {
    if (isStageName(name)) addProblem(folder, name, 'its name is reserved for exports');
    else if (!stats.isFile()) addProblem(folder, name, specialReason(stats));
    else addEntry(folder, name, kind);
  }

  /** A path that is named twice is one item. */
  #isNew(path: Bytes): boolean {
    if (this.#seen.has(path)) return false;
    this.#seen.add(path);
    return true;
  }

  #try(folder: PlannedFolder, name: Bytes, add: () => void): void {
    try {
      add();
    } catch (error) {
      addProblem(folder, name, systemReason(error));
    }
  }

  #folder(source: Bytes, target: Bytes): PlannedFolder {
    const into = this.#options.flat ? ROOT : target;
    const key = `${source}\0${into}`;
    let folder = this.#folders.get(key);
    if (folder === undefined) {
      folder = plannedFolder(source, into);
      this.#folders.set(key, folder);
      this.plan.folders.push(folder);
    }
    return folder;
  }
}

const MISSING = 'it does not exist';
const LEADS_OUT = 'its path leads out of the source folder by a link';

function statAll(sources: readonly Bytes[]): [Bytes, Stats][] {
  const missing: string[] = [];
  const found: [Bytes, Stats][] = [];
  for (const source of sources) {
    try {
      found.push([source, statSync(toPath(source))]);
    } catch (error) {
      missing.push(`${display(source)}: ${systemReason(error)}`);
    }
  }
  if (missing.length > 0) throw sourceMissing(missing);
  return found;
}

function sourceMissing(missing: readonly string[]): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_SOURCE_MISSING',
    `cannot read ${missing.length === 1 ? 'the source' : `${missing.length} sources`}: ${missing.join('; ')}`,
    { fix: 'Check the path. Nothing was written.', data: { missing } },
  );
}

function oneFolder(sources: readonly Bytes[]): Bytes {
  const [[source, stats] = [], ...more] = statAll(sources);
  if (source !== undefined && stats?.isDirectory() && more.length === 0) return trimSlashes(source);
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    'a list of files takes one source folder, or none',
    { fix: 'Name the folder that the list is about, or leave it out to list paths.' },
  );
}

/** A listed path, cleaned; it must stay inside the source folder. */
function insidePath(path: Bytes): Bytes {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (path.startsWith('/') || parts.includes('..') || parts.length === 0) {
    throw new RuntwiceError(
      'ERR_RUNTWICE_INVALID_ARGUMENT',
      `the list names ${display(path)}, which is not inside the source folder`,
      { fix: 'List paths from the source folder on, without "..". Nothing was written.' },
    );
  }
  return parts.join('/') as Bytes;
}
