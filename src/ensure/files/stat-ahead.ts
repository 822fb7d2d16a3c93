import { Worker } from 'node:worker_threads';
import type { Item } from './item.ts';
import { BATCH_NAMES } from './name-list.ts';
import type { PlannedFolder } from './plan.ts';
import { type Facts, SOURCE, StatChunk, TARGET } from './stat-chunk.ts';

const CHUNKS_AHEAD = 4;
/** The thread keeps nothing: a small heap is enough. */
const YOUNG_MB = 2;

/** An item's facts on both sides. */
export interface Pair {
  readonly source: Facts;
  readonly target: Facts;
}

/**
 * Asks for the stats of many files ahead of time, with a second thread: each takes what the other
 * has not begun. Where the thread cannot start, the main thread does it all.
 */
export class StatAhead {
  readonly #worker: Worker | undefined = startWorker();
  readonly #begun = new Set<PlannedFolder>();
  #folder: PlannedFolder | undefined;
  #chunks = new Map<number, StatChunk>();

  /** Undefined where that was not asked ahead, or one side is no plain file: look again by itself. */
  of(item: Item): Pair | undefined {
    if (item.isStale || (item.planned !== this.#folder && !this.#begin(item))) return undefined;
    const first = Math.floor(item.index / BATCH_NAMES);
    for (let at = first; at <= first + CHUNKS_AHEAD; at++) this.#post(item, at);
    this.#chunks.delete(first - 1);
    const chunk = this.#chunks.get(first);
    chunk?.finish();
    const source = chunk?.facts(SOURCE, item.index % BATCH_NAMES);
    const target = chunk?.facts(TARGET, item.index % BATCH_NAMES);
    return source && target && { source, target };
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  /** Only the folder that is gone through now is asked ahead, and only where most of it is there. */
  #begin({ planned, folder }: Item): boolean {
    if (this.#begun.has(planned) || folder.files * 2 < planned.names.length) return false;
    this.#begun.add(planned);
    this.#folder = planned;
    this.#chunks.clear();
    return true;
  }

  #post({ planned, folder }: Item, at: number): void {
    if (this.#chunks.has(at)) return;
    const names = planned.names.batch(at);
    if (names === undefined) return;
    const chunk = StatChunk.of([planned.source, folder.path], names);
    this.#chunks.set(at, chunk);
    this.#worker?.postMessage(chunk.request);
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
