import { isUtf8 } from 'node:buffer';

/** So many bytes of all files together are kept. */
const MOST_BYTES = 8_000_000;

/** The content of small text files, by its hash, so that reports can show which lines differ. */
export class Texts {
  readonly #texts = new Map<string, string>();
  #leftBytes = MOST_BYTES;

  /** Keeps it where it is text, and not too much is kept. */
  keep(hash: string, bytes: Buffer): void {
    if (this.#texts.has(hash) || bytes.length > this.#leftBytes) return;
    if (bytes.includes(0) || !isUtf8(bytes)) return;
    this.#leftBytes -= bytes.length;
    this.#texts.set(hash, bytes.toString());
  }

  of(hash: string): string | undefined {
    return this.#texts.get(hash);
  }
}
