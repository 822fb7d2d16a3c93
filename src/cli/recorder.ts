import type { Readable, Writable } from 'node:stream';

/** What is kept of each stream. */
export const MAX_RECORDED_BYTES = 1_048_576;

/** Passes a stream on and keeps its beginning. */
export class Recorder {
  readonly #parts: Uint8Array[] = [];
  #length = 0;
  isCut = false;

  constructor(from: Readable, to: Writable) {
    from.on('data', (part: Buffer) => {
      this.#keep(part);
      // A reader that is slow, or gone, is not to be drowned in memory.
      if (!to.write(part) && !to.destroyed) {
        from.pause();
        to.once('drain', () => from.resume());
        to.once('close', () => from.resume());
      }
    });
  }

  bytes(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.#parts));
  }

  #keep(part: Buffer): void {
    const room = MAX_RECORDED_BYTES - this.#length;
    if (part.length > room) this.isCut = true;
    if (room > 0) this.#parts.push(part.subarray(0, room));
    this.#length += Math.min(part.length, room);
  }
}
