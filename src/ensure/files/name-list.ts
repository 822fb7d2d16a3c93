import type { Bytes } from './names.ts';

/** Names are packed by so many. */
export const BATCH_NAMES = 512;

/** No name contains it. */
const SEPARATOR = '/';

/**
 * Many names, packed into one string for each batch: half the memory, and next to no work for the
 * garbage collector, which copies every single string twice (measured: 0.30 s for listing and
 * comparing 2 × 100,000 names, against 0.37 s with arrays of strings).
 */
export class NameList implements Iterable<Bytes> {
  readonly #packed: string[] = [];
  #last: Bytes[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(name: Bytes): void {
    this.#length++;
    this.#last.push(name);
    if (this.#last.length === BATCH_NAMES) this.seal();
  }

  /** Packs what is left, when no more names will come. */
  seal(): void {
    if (this.#last.length > 0) this.#packed.push(this.#last.join(SEPARATOR));
    this.#last = [];
  }

  /** How many names that batch has. */
  batchLength(at: number): number {
    return Math.max(0, Math.min(BATCH_NAMES, this.#length - at * BATCH_NAMES));
  }

  /** The names from `at * BATCH_NAMES` on, in one string; see {@link unpack}. */
  batch(at: number): string | undefined {
    if (at < this.#packed.length) return this.#packed[at];
    return at === this.#packed.length && this.#last.length > 0
      ? this.#last.join(SEPARATOR)
      : undefined;
  }

  *[Symbol.iterator](): Generator<Bytes> {
    for (const batch of this.batches()) for (const name of batch) yield name;
  }

  /** The names, a batch at a time. */
  *batches(): Generator<readonly Bytes[]> {
    for (let at = 0; ; at++) {
      const batch = this.batch(at);
      if (batch === undefined) return;
      yield unpack(batch);
    }
  }
}

/** The names of a batch. */
export function unpack(batch: string): Bytes[] {
  return batch.split(SEPARATOR) as Bytes[];
}
