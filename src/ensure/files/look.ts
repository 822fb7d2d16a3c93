import { readlinkSync } from 'node:fs';
import type { ConvergeRun, Look } from '../converge/index.ts';
import { ItemError, systemReason } from './errors.ts';
import type { Comparer, Likeness } from './identity.ts';
import type { Item } from './item.ts';
import type { TargetKind } from './listing.ts';
import { type Bytes, type Folding, toBytes, toPath } from './names.ts';
import { lstat } from './stat.ts';
import { suffixedName } from './suffix.ts';

/**
 * What to do where a name is taken by something else. `report`: leave it, the report is not ok ·
 * `keep`: leave it, the report is ok · `replace`: put the source's file in its place · `rename`: export
 * under a name that comes from the content.
 */
export type ConflictPolicy = 'report' | 'keep' | 'replace' | 'rename';

export interface LookOptions {
  readonly comparer: Comparer;
  readonly folding: Folding;
  readonly onConflict: ConflictPolicy;
  /** Nothing will be written, and what is missing differs. */
  readonly verify: boolean;
  readonly dryRun: boolean;
}

const NOUNS = { file: 'a file', link: 'a link', folder: 'a folder', other: 'a special file' };
const OTHER_CONTENT = 'has the same name but other content';

/** Says what is under an item's name in the destination. */
export class Looker {
  readonly #options: LookOptions;

  constructor(options: LookOptions) {
    this.#options = options;
  }

  look(item: Item, run: ConvergeRun): Look | Promise<Look> {
    const { planned, name, kind } = item;
    if (kind === 'problem') throw new ItemError(planned.problems.get(name) ?? 'cannot be exported');
    const clash = planned.clashes.size > 0 ? planned.clashes.get(name) : undefined;
    if (clash !== undefined) return { differs: clash };
    if (this.#options.dryRun && planned.twins.has(name)) return true;
    const { state } = item.folder;
    if (typeof state === 'object') return { differs: state.blocked };
    if (item.isStale) return this.#judge(item, this.#kindNow(item), run);
    const listing = item.folder.listing(this.#options.folding);
    if (listing?.loading) return listing.loading.then(() => this.look(item, run));
    return this.#judge(item, this.#kindListed(item), run);
  }

  #judge(item: Item, kind: TargetKind | undefined, run: ConvergeRun): Look | Promise<Look> {
    if (kind === undefined) return this.#absent();
    if (item.kind === 'link') return this.#judgeLink(item, kind);
    if (item.kind === 'folder') return kind === 'folder' || this.#otherType(item, kind);
    if (kind !== 'file') return this.#otherType(item, kind);
    const likeness = this.#options.comparer.compare(item, run);
    if (typeof likeness === 'string') return this.#judgeLikeness(item, likeness, run);
    return likeness.then((late) => this.#judgeLikeness(item, late, run));
  }

  #judgeLikeness(item: Item, likeness: Likeness, run: ConvergeRun): Look | Promise<Look> {
    if (likeness === 'same') return true;
    if (likeness === 'gone') return this.#absent();
    return this.#conflict(item, OTHER_CONTENT, run);
  }

  #judgeLink(item: Item, kind: TargetKind): Look | Promise<Look> {
    if (kind !== 'link') return this.#otherType(item, kind);
    const same = readLink(item.source) === readLink(item.target);
    return same || this.#conflict(item, 'is a link that leads elsewhere');
  }

  #otherType(item: Item, kind: TargetKind): Look | Promise<Look> {
    const why = `has the same name as ${NOUNS[kind]} in the destination`;
    const isFolder = kind === 'folder' || item.kind === 'folder';
    return this.#conflict(item, why, undefined, !isFolder);
  }

  #conflict(item: Item, why: string, run?: ConvergeRun, mayReplace = true): Look | Promise<Look> {
    const { onConflict, verify } = this.#options;
    if (verify) return { differs: why };
    if (onConflict === 'replace' && mayReplace) {
      item.replaces = true;
      return { outdated: why };
    }
    if (onConflict === 'rename' && mayRename(item)) return this.#renamed(item, run);
    return { differs: `${why} (kept the existing one)` };
  }

  async #renamed(item: Item, run: ConvergeRun | undefined): Promise<Look> {
    item.targetName = await suffixedName(item.name, item.source, item.kind === 'followed');
    const kind = this.#kindNow(item);
    if (kind === undefined) return false;
    if (kind !== 'file') return this.#otherType(item, kind);
    const likeness = await this.#options.comparer.compareContent(item, run ?? {});
    return likeness === 'same' || this.#conflict(item, OTHER_CONTENT);
  }

  #absent(): Look {
    return this.#options.verify ? { differs: 'is not in the folder' } : false;
  }

  #kindListed(item: Item): TargetKind | undefined {
    try {
      return item.folder.listing(this.#options.folding)?.find(item.targetName);
    } catch (error) {
      throw new ItemError(`the destination folder cannot be read: ${systemReason(error)}`, error);
    }
  }

  #kindNow(item: Item): TargetKind | undefined {
    const stats = lstat(item.target);
    if (stats === undefined) return undefined;
    if (stats.isFile()) return 'file';
    if (stats.isDirectory()) return 'folder';
    return stats.isSymbolicLink() ? 'link' : 'other';
  }
}

/** Only a file has content to take a name from, and only its own name is changed. */
function mayRename(item: Item): boolean {
  return (item.kind === 'file' || item.kind === 'followed') && item.targetName === item.name;
}

/** Where a link leads, as its bytes. */
export function readLink(path: Bytes): Bytes {
  try {
    return toBytes(readlinkSync(toPath(path), { encoding: 'buffer' }));
  } catch (error) {
    throw new ItemError(`the link cannot be read: ${systemReason(error)}`, error);
  }
}
