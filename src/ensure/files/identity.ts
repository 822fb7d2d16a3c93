import { type Stats, statSync } from 'node:fs';
import { type CompareOptions, sameContent } from './compare.ts';
import { ItemError, systemReason } from './errors.ts';
import type { Item } from './item.ts';
import { toPath } from './names.ts';
import { lstat, specialReason } from './stat.ts';
import type { StatAhead } from './stat-ahead.ts';
import type { Facts } from './stat-chunk.ts';

/**
 * When a file of the same name is taken for the same file. `name`: always · `size`: of the same size ·
 * `auto`: of the same size and time, or of the same size and bytes · `content`: of the same bytes.
 */
export type Identity = 'auto' | 'content' | 'size' | 'name';

/** How many files were compared in which way. */
export interface Compared {
  name: number;
  size: number;
  /** By size and time. */
  time: number;
  content: number;
}

/** Node sets times to the microsecond at best, from a double. */
const TIME_TOLERANCE_MS = 0.002;

/** `gone`: it was there when the folder was listed, and is not any more. */
export type Likeness = 'same' | 'other content' | 'gone';

/** Compares source files with those of the same name in the destination, and counts how. */
export class Comparer {
  readonly compared: Compared = { name: 0, size: 0, time: 0, content: 0 };
  readonly #identity: Identity;
  readonly #toleranceMs: number;
  readonly #ahead: StatAhead | undefined;

  /** `coarseMs`: how coarsely the destination's file system keeps times. */
  constructor(identity: Identity, coarseMs: number, ahead?: StatAhead) {
    this.#identity = identity;
    this.#toleranceMs = Math.max(TIME_TOLERANCE_MS, coarseMs);
    this.#ahead = ahead;
  }

  compare(item: Item, options: CompareOptions): Likeness | Promise<Likeness> {
    if (this.#identity === 'name') {
      this.compared.name++;
      return 'same';
    }
    const pair = this.#ahead?.of(item);
    if (pair !== undefined) return this.#likeness(item, pair.source, pair.target, options);
    const source = sourceStats(item);
    const target = lstat(item.target);
    if (target === undefined) return 'gone';
    return this.#likeness(item, source, target, options);
  }

  #likeness(
    item: Item,
    source: Facts,
    target: Facts,
    options: CompareOptions,
  ): Likeness | Promise<Likeness> {
    if (source.size !== target.size) {
      this.compared.size++;
      return 'other content';
    }
    if (this.#identity === 'size') {
      this.compared.size++;
      return 'same';
    }
    if (this.#identity === 'auto' && this.#sameTime(source, target)) {
      this.compared.time++;
      return 'same';
    }
    return this.compareContent(item, options);
  }

  compareContent(item: Item, options: CompareOptions): Likeness | Promise<Likeness> {
    this.compared.content++;
    const follow = item.kind === 'followed';
    const same = sameContent(item.source, item.target, { ...options, follow });
    return typeof same === 'boolean' ? likeness(same) : same.then(likeness);
  }

  #sameTime(a: Facts, b: Facts): boolean {
    return Math.abs(a.mtimeMs - b.mtimeMs) <= this.#toleranceMs;
  }
}

function likeness(same: boolean): Likeness {
  return same ? 'same' : 'other content';
}

function sourceStats(item: Item): Stats {
  const stats = item.kind === 'followed' ? followed(item) : lstat(item.source);
  if (stats === undefined) throw new ItemError('is no longer there');
  if (stats.isFile()) return stats;
  throw new ItemError(stats.isSymbolicLink() ? 'is a link now' : specialReason(stats));
}

function followed(item: Item): Stats | undefined {
  try {
    return statSync(toPath(item.source), { throwIfNoEntry: false });
  } catch (error) {
    throw new ItemError(`cannot be read: ${systemReason(error)}`, error);
  }
}
