/** Keeps what passes, up to a limit; over it, nothing. */
export class Tape {
  readonly #limit: number;
  #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The chunk must not be changed afterwards. */
  add(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#size <= this.#limit) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  /** All of it; undefined where it was too much. */
  bytes(): Uint8Array | undefined {
    if (this.#size > this.#limit) return undefined;
    return this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
  }
}
