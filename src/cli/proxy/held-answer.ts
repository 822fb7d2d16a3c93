import type { IncomingMessage, ServerResponse } from 'node:http';
import { Tape } from '../../adapters/http/engine/tape.ts';
import type { WholeBody } from '../../adapters/http/mounts/held-body.ts';

export interface HeldAnswerLimits {
  /** More bytes are passed on, and not kept. */
  readonly maxResponseBody: number;
  /** An upstream that says nothing for so long, while it is waited for, has broken off. */
  readonly upstreamTimeoutMs: number;
}

/**
 * Passes the body of an answer on as it comes, but for what would make it whole for its client: the chunk
 * that completes a body of known length, else the end. Where the client has gone, it is read to its end all
 * the same. By events, as a chain of streams costs more than all the rest of a request.
 */
export class HeldAnswer {
  /** All of it, as soon as it ended. */
  readonly whole: Promise<WholeBody>;
  readonly #answer: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #tape: Tape;
  readonly #settled = Promise.withResolvers<WholeBody>();
  readonly #length: number | undefined;
  readonly #timeoutMs: number;
  #size = 0;
  #last: Buffer | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** The head of the response has to be written. */
  constructor(
    answer: IncomingMessage,
    response: ServerResponse,
    { maxResponseBody, upstreamTimeoutMs }: HeldAnswerLimits,
  ) {
    const length = answer.headers['content-length'];
    this.#answer = answer;
    this.#response = response;
    this.#tape = new Tape(maxResponseBody);
    this.#length = length === undefined ? undefined : Number(length);
    this.#timeoutMs = upstreamTimeoutMs;
    this.whole = this.#settled.promise;
    // A client that is gone takes nothing, and waits for nothing.
    response.on('error', () => {});
    response.on('drain', () => this.#goOn());
    response.once('close', () => this.#goOn());
    this.#wait();
    answer.on('data', (chunk: Buffer) => this.#add(chunk));
    answer.once('end', () => this.#end({ bytes: this.#tape.bytes() }));
    answer.on('error', (error) => this.#break(error));
    answer.once('close', () => this.#break());
  }

  /** Lets the end go out. */
  release(): void {
    if (this.#response.destroyed) return;
    if (this.#last === undefined) this.#response.end();
    else this.#response.end(this.#last);
  }

  /** Cuts it off, so that its client knows that it is not whole. */
  cut(): void {
    this.#response.destroy();
  }

  #add(chunk: Buffer): void {
    this.#timer?.refresh();
    this.#tape.add(chunk);
    this.#size += chunk.length;
    if (this.#size === this.#length) this.#last = chunk;
    else if (!this.#response.destroyed && !this.#response.write(chunk)) this.#pause();
  }

  /** While the client takes no more, the upstream may well be silent. */
  #pause(): void {
    this.#answer.pause();
    clearTimeout(this.#timer);
  }

  #goOn(): void {
    if (this.#answer.destroyed || !this.#answer.isPaused()) return;
    this.#wait();
    this.#answer.resume();
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#answer.destroy(new Error(`the upstream said nothing for ${this.#timeoutMs} ms`));
    }, this.#timeoutMs);
  }

  /** Half an answer says nothing. */
  #break(error?: Error): void {
    if (this.#answer.readableEnded) return;
    this.cut();
    const why = error ?? new Error('the answer broke off before its end');
    this.#end({ bytes: undefined, broken: { error: why } });
  }

  #end(whole: WholeBody): void {
    clearTimeout(this.#timer);
    this.#settled.resolve(whole);
  }
}
