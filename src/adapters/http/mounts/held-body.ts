import { Readable } from 'node:stream';
import { Tape } from '../engine/tape.ts';

/** What came of a body. */
export interface WholeBody {
  /** Undefined where it is larger than what is kept, or broke. */
  readonly bytes: Uint8Array | undefined;
  /** Why it broke before its end. */
  readonly broken?: { readonly error: unknown };
}

/**
 * Passes a streamed body on, and holds its end until it is recorded. Where nobody reads it any more, it is
 * read to its end all the same.
 */
export class HeldBody {
  /** What is sent: it ends when {@link HeldBody.release} is called. */
  readonly stream: Readable;
  /** All of it, as soon as the source ended. */
  readonly whole: Promise<WholeBody>;
  #isGone = false;
  #room: PromiseWithResolvers<void> | undefined;

  constructor(source: AsyncIterable<Uint8Array | string>, limit: number) {
    this.stream = new Readable({
      read: () => this.#goOn(),
      destroy: (error, callback) => {
        this.#isGone = true;
        this.#goOn();
        callback(error);
      },
    });
    // Cut before anybody reads it, it must not end the process.
    this.stream.on('error', () => {});
    this.whole = this.#pump(source, new Tape(limit));
  }

  /** Lets the end go out. */
  release(): void {
    if (!this.#isGone) this.stream.push(null);
  }

  /** Cuts it off, so that its reader knows that it is not whole. */
  cut(error: Error): void {
    this.stream.destroy(error);
  }

  async #pump(source: AsyncIterable<Uint8Array | string>, tape: Tape): Promise<WholeBody> {
    try {
      for await (const chunk of source) {
        // Who made it may use its buffer again.
        const bytes = Buffer.from(chunk as Uint8Array);
        tape.add(bytes);
        if (!this.#isGone && !this.stream.push(bytes)) await this.#untilRoom();
      }
      return { bytes: tape.bytes() };
    } catch (error) {
      this.cut(error instanceof Error ? error : new Error(String(error)));
      return { bytes: undefined, broken: { error } };
    }
  }

  #untilRoom(): Promise<void> {
    if (this.#isGone) return Promise.resolve();
    this.#room = Promise.withResolvers();
    return this.#room.promise;
  }

  #goOn(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
