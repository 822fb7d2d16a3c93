import { lstatSync } from 'node:fs';
import { unpack } from './name-list.ts';
import { type Bytes, join, toPath } from './names.ts';

/** Names of one folder whose stats are wanted on both sides; two threads share the work and memory. */
export interface ChunkRequest {
  readonly folders: readonly [source: Bytes, target: Bytes];
  /** A batch of a name list: one string is passed to a thread faster than many. */
  readonly names: string;
  readonly memory: SharedArrayBuffer;
}

/** The two sides of a chunk. */
export const SOURCE = 0;
export const TARGET = 1;
type Side = typeof SOURCE | typeof TARGET;

/** What is compared of a plain file, besides its bytes. */
export interface Facts {
  readonly size: number;
  readonly mtimeMs: number;
}

/** In place of a size. */
const NO_FILE = -1;

const FREE = 0;
const CLAIMED = 1;
const DONE = 2;

const STATE_BYTES = 8;
const VALUES_PER_NAME = 4;
/** A claim that is not done by then was made by a thread that is gone. */
const PATIENCE_MS = 100;

/** A chunk with its results, seen by both threads. */
export class StatChunk {
  readonly request: ChunkRequest;
  readonly #state: Int32Array;
  readonly #values: Float64Array;

  constructor(request: ChunkRequest) {
    this.request = request;
    this.#state = new Int32Array(request.memory, 0, 2);
    this.#values = new Float64Array(request.memory, STATE_BYTES);
  }

  static of(folders: ChunkRequest['folders'], names: string, count: number): StatChunk {
    const bytes = STATE_BYTES + count * VALUES_PER_NAME * Float64Array.BYTES_PER_ELEMENT;
    return new StatChunk({
      folders,
      names,
      memory: new SharedArrayBuffer(bytes),
    });
  }

  /** Does that side, unless the other thread has begun it; true when it was done here. */
  help(side: Side): boolean {
    if (Atomics.compareExchange(this.#state, side, FREE, CLAIMED) !== FREE) return false;
    this.#stat(side);
    return true;
  }

  get isDone(): boolean {
    return Atomics.load(this.#state, SOURCE) === DONE && Atomics.load(this.#state, TARGET) === DONE;
  }

  /** Waits for what the other thread is doing. */
  finish(): void {
    for (const side of [SOURCE, TARGET] as const) {
      if (Atomics.load(this.#state, side) === DONE) continue;
      if (Atomics.wait(this.#state, side, CLAIMED, PATIENCE_MS) === 'timed-out') this.#stat(side);
    }
  }

  /** What was found under that name; undefined for anything but a plain file. */
  facts(side: Side, index: number): Facts | undefined {
    const at = VALUES_PER_NAME * index + 2 * side;
    const [size = NO_FILE, mtimeMs = 0] = [this.#values[at], this.#values[at + 1]];
    return size === NO_FILE ? undefined : { size, mtimeMs };
  }

  #stat(side: Side): void {
    const folder = this.request.folders[side];
    unpack(this.request.names).forEach((name, index) => {
      const stats = fileStats(join(folder, name));
      const at = VALUES_PER_NAME * index + 2 * side;
      this.#values[at] = stats?.size ?? NO_FILE;
      this.#values[at + 1] = stats?.mtimeMs ?? 0;
    });
    Atomics.store(this.#state, side, DONE);
    Atomics.notify(this.#state, side);
  }
}

function fileStats(path: Bytes): Facts | undefined {
  try {
    const stats = lstatSync(toPath(path), { throwIfNoEntry: false });
    return stats?.isFile() ? stats : undefined;
  } catch {
    return undefined;
  }
}
