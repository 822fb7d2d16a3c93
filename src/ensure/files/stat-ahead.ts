import { Worker } from 'node:worker_threads';
import type { Item } from './item.ts';
import { BATCH_NAMES } from './name-list.ts';
import type { Bytes } from './names.ts';
import type { PlannedFolder } from './plan.ts';
import { type Facts, SOURCE, StatChunk, TARGET } from './stat-chunk.ts';

const CHUNKS_AHEAD = 32;
/** The thread keeps nothing: a small heap is enough. */
const YOUNG_MB = 2;

/** An item's facts on both sides. */
export interface Pair {
  readonly source: Facts;
  readonly target: Facts;
}

/** A batch of a planned folder's names, by its place in the plan. */
interface Place {
  readonly planned: PlannedFolder;
  readonly folderAt: number;
  readonly batchAt: number;
}

interface Posted extends Place {
  readonly chunk: StatChunk;
}

/**
 * Asks for the stats of many files ahead of time, in the order of the plan, with a second thread:
 * each takes what the other has not begun. Where the thread cannot start, the main thread does all.
 */
export class StatAhead {
  readonly #worker: Worker | undefined = startWorker();
  readonly #targetOf: (planned: PlannedFolder) => Bytes;
  readonly #order: ReadonlyMap<PlannedFolder, number>;
  readonly #rest: Iterator<Place>;
  readonly #posted: Posted[] = [];

  constructor(folders: readonly PlannedFolder[], targetOf: (planned: PlannedFolder) => Bytes) {
    this.#targetOf = targetOf;
    this.#order = new Map(folders.map((folder, at) => [folder, at]));
    this.#rest = places(folders);
  }

  /** Undefined where that was not asked ahead, or one side is no plain file: look again by itself. */
  of(item: Item): Pair | undefined {
    const { planned, folder, index } = item;
    const isWorthIt = !item.isStale && folder.files * 2 >= planned.names.length;
    const chunk = isWorthIt ? this.#chunkOf(planned, Math.floor(index / BATCH_NAMES)) : undefined;
    if (chunk !== undefined) this.#finish(chunk);
    const source = chunk?.facts(SOURCE, index % BATCH_NAMES);
    const target = chunk?.facts(TARGET, index % BATCH_NAMES);
    return source && target && { source, target };
  }

  /** Tells the thread to end; nobody has to wait for that. */
  close(): void {
    void this.#worker?.terminate();
  }

  /** Items come in the order of the plan: what is before this one is not asked for any more. */
  #chunkOf(planned: PlannedFolder, batchAt: number): StatChunk | undefined {
    const folderAt = this.#order.get(planned) ?? 0;
    for (;;) {
      if (this.#posted.length === 0 && !this.#post()) return undefined;
      const [first] = this.#posted;
      if (first === undefined || isBefore({ folderAt, batchAt }, first)) return undefined;
      if (first.folderAt === folderAt && first.batchAt === batchAt) return first.chunk;
      this.#posted.shift();
      while (this.#posted.length <= CHUNKS_AHEAD && this.#post());
    }
  }

  /** Rather than wait for the other thread, does something that it will come to last. */
  #finish(chunk: StatChunk): void {
    if (chunk.isDone) return;
    chunk.help(SOURCE);
    chunk.help(TARGET);
    for (let at = this.#posted.length - 1; !chunk.isDone && at > 0; at--) {
      const later = this.#posted[at]?.chunk;
      if (!later?.help(TARGET)) later?.help(SOURCE);
    }
    chunk.finish();
  }

  #post(): boolean {
    const next = this.#rest.next();
    if (next.done) return false;
    const { planned, batchAt } = next.value;
    const names = planned.names.batch(batchAt) ?? '';
    const count = planned.names.batchLength(batchAt);
    const chunk = StatChunk.of([planned.source, this.#targetOf(planned)], names, count);
    this.#posted.push({ ...next.value, chunk });
    this.#worker?.postMessage(chunk.request);
    return true;
  }
}

function isBefore(a: Omit<Place, 'planned'>, b: Omit<Place, 'planned'>): boolean {
  return a.folderAt < b.folderAt || (a.folderAt === b.folderAt && a.batchAt < b.batchAt);
}

function* places(folders: readonly PlannedFolder[]): Generator<Place> {
  for (const [folderAt, planned] of folders.entries()) {
    for (let batchAt = 0; planned.names.batchLength(batchAt) > 0; batchAt++) {
      yield { planned, folderAt, batchAt };
    }
  }
}

function startWorker(): Worker | undefined {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  try {
    const worker = new Worker(new URL(`./stat-worker.${extension}`, import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    worker.on('error', () => {});
    worker.unref();
    return worker;
  } catch {
    return undefined;
  }
}
