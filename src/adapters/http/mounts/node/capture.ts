import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { problem } from '../../engine/problems.ts';
import { Tape } from '../../engine/tape.ts';
import type { Answer, Captured } from '../../engine/types.ts';
import { isEventStream } from '../event-stream.ts';
import { type Head, headersOf, headOf, putBack } from './head.ts';
import { setHeaders } from './headers.ts';
import { sendAnswer } from './send.ts';
import { type HeldStates, holdStates } from './states.ts';
import { stayingSocket } from './staying-socket.ts';

const EVENTS_NOT_KEPT = problem('events-not-kept', { dialect: 'ietf', policyUrl: undefined });

type Callback = (error?: Error) => void;

type Ends = [chunk?: unknown, encoding?: unknown, callback?: unknown];

/**
 * The library on-finished, by which Koa and Express stop to read a body, keeps here whom it tells when the
 * socket closes: whoever asks while a response is held is not told.
 */
interface Told {
  __onFinished?: unknown;
}

/** The methods of a response that a handler answers by. */
type Methods = 'write' | 'end' | 'writeHead' | 'flushHeaders' | 'destroy' | 'emit';

/**
 * Sees what a handler writes to a response, and holds its end until it is recorded. A handler whose client
 * has gone is not told: what it began it ends, and its answer is kept for when the client comes again.
 */
export class NodeCapture implements HeldStates {
  readonly #response: ServerResponse;
  readonly #tape: Tape;
  readonly #captured = Promise.withResolvers<Captured>();
  /** The response's own methods, which others may have replaced before. */
  readonly #own: Pick<ServerResponse, Methods>;
  readonly #letGoStates: () => void;
  readonly #finishedBefore: unknown;
  /** What the response said before the handler. */
  readonly #before: Head;
  #end: { readonly args: Ends; readonly head: Head } | undefined;
  /** What would make the answer whole for its client, who was told its length. */
  #held: Uint8Array[] = [];
  #size = 0;
  #staying: { readonly socket: Socket; readonly seen: Socket } | undefined;
  #isStarted = false;
  #isGone = false;
  #isSending = false;
  #isThrownUnseen = false;
  #thrown: { readonly error: unknown } | undefined;

  constructor(response: ServerResponse, limit: number) {
    this.#response = response;
    this.#tape = new Tape(limit);
    const { write, end, writeHead, flushHeaders, destroy, emit } = response;
    this.#own = { write, end, writeHead, flushHeaders, destroy, emit };
    this.#before = headOf(response);
    if (response.destroyed) this.#leave();
    this.#letGoStates = holdStates(response, this);
    this.#finishedBefore = (response as Told).__onFinished;
    Object.assign(response, this.#methods(), { __onFinished: undefined });
  }

  /** The whole answer, as soon as the handler ended it. */
  get captured(): Promise<Captured> {
    return this.#captured.promise;
  }

  get headersSent(): boolean {
    return this.#isStarted || this.#held.length > 0 || this.writableEnded;
  }

  get writableEnded(): boolean {
    return this.#end !== undefined;
  }

  /** The handler, or what it called, threw. Where a part of its answer is out, there is no more to come. */
  throws(error: unknown): void {
    this.#thrown ??= { error };
    if (this.#isStarted || this.#held.length > 0) this.#giveUp();
  }

  /** The handler was left running, whatever is answered: nobody will know what it does. */
  leaves(error: unknown): void {
    this.#thrown ??= { error };
    this.#giveUp();
  }

  /** Where nobody can see whether the handler threw, a 500 is taken for that. */
  sees500AsThrown(): void {
    this.#isThrownUnseen = true;
  }

  /** Sends the end that was held. */
  release(): void {
    this.#restore();
    if (this.#isGone) return;
    if (this.#end !== undefined) this.#sendEnd(this.#end);
    else if (isEventStream(this.#response.getHeader('content-type'))) this.replace(EVENTS_NOT_KEPT);
  }

  /** Sends another answer in place of what was captured; where a part of that is out, cuts it off. */
  replace(answer: Answer): void {
    this.discard();
    if (this.#isGone) return;
    const response = this.#response;
    if (!this.#isStarted) sendAnswer(response, answer);
    // A handler that has not ended goes on: what it writes after the end would end the process.
    if (this.#end !== undefined) return;
    Object.assign(response, { write: () => true, end: () => response });
  }

  /** Forgets what was captured, so that somebody else can answer; where a part of it is out, cuts it off. */
  discard(): void {
    this.#restore();
    if (this.#isGone) return;
    if (this.#isStarted) this.#response.destroy();
    else putBack(this.#response, this.#before);
  }

  /** What was said after the end, by an error handler say, was not recorded. */
  #sendEnd({ args, head }: { args: Ends; head: Head }): void {
    const response = this.#response;
    if (!response.headersSent) putBack(response, head);
    for (const chunk of this.#held) Reflect.apply(this.#own.write, response, [chunk]);
    Reflect.apply(this.#own.end, response, args);
  }

  #methods(): Record<Methods, unknown> {
    const capture = this;
    return {
      writeHead: (status: number, ...rest: unknown[]) => this.#writeHead(status, rest),
      flushHeaders: () => this.#flushHeaders(),
      write: (...args: Ends) => this.#write(args),
      end(...args: Ends) {
        capture.#ends(args);
        return this;
      },
      destroy: (error?: Error) => this.#destroy(error),
      emit: (name: string, ...args: unknown[]) => {
        if (name !== 'close') return Reflect.apply(this.#own.emit, this.#response, [name, ...args]);
        this.#leave();
        return true;
      },
    };
  }

  /** Express cuts the connection off where something is thrown after the end: that is still to be sent. */
  stays(socket: Socket): Socket {
    // Those of a request and a response that were made up for a test are two.
    if (this.#staying?.socket !== socket) {
      const cut = (error?: Error): void => {
        if (this.#end === undefined) this.#destroy(error);
      };
      this.#staying = { socket, seen: stayingSocket(socket, cut) };
    }
    return this.#staying.seen;
  }

  /** Headers that go straight to the wire would not be seen: they are set instead. */
  #writeHead(status: number, rest: unknown[]): ServerResponse {
    const response = this.#response;
    if (this.#isSending) return Reflect.apply(this.#own.writeHead, response, [status, ...rest]);
    response.statusCode = status;
    if (typeof rest[0] === 'string') response.statusMessage = rest[0];
    const headers = rest.at(-1);
    if (typeof headers === 'object' && headers !== null) {
      setHeaders(response, headers as OutgoingHttpHeaders | unknown[]);
    }
    return response;
  }

  #write(args: Ends): boolean {
    const [chunk, encoding] = args;
    const callback = args.find((arg): arg is Callback => typeof arg === 'function');
    if (this.#end !== undefined) {
      if (callback !== undefined) process.nextTick(callback, new Error('write after end'));
      return false;
    }
    const isRefused = this.#refusesEvents();
    // Who writes may use its buffer again.
    const bytes = Buffer.from(bytesOf(chunk, encoding));
    this.#tape.add(bytes);
    this.#size += bytes.length;
    if (!isRefused && this.#isWhole()) {
      this.#held.push(bytes);
    } else if (!isRefused) {
      this.#isStarted = true;
      if (!this.#isGone) {
        return this.#sending(() => Reflect.apply(this.#own.write, this.#response, args));
      }
    }
    if (callback !== undefined) process.nextTick(callback);
    return true;
  }

  /** Whether the client, who was told the answer's length, has no more to wait for. */
  #isWhole(): boolean {
    return this.#size >= Number(this.#response.getHeader('content-length') ?? Number.NaN);
  }

  #flushHeaders(): void {
    if (this.#refusesEvents() || this.#isWhole()) return;
    this.#isStarted = true;
    if (!this.#isGone) this.#sending(() => this.#own.flushHeaders.call(this.#response));
  }

  /** Node's own methods call `writeHead` when they write the headers. */
  #sending<Value>(send: () => Value): Value {
    this.#isSending = true;
    try {
      return send();
    } finally {
      this.#isSending = false;
    }
  }

  #refusesEvents(): boolean {
    if (!isEventStream(this.#response.getHeader('content-type'))) return false;
    this.#thrown ??= { error: new Error('the handler answers with server-sent events') };
    this.#giveUp();
    return true;
  }

  #ends(args: Ends): void {
    if (this.#end !== undefined) return;
    const [chunk, encoding] = args;
    if (this.#refusesEvents()) return;
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') {
      this.#tape.add(bytesOf(chunk, encoding));
    }
    const head = headOf(this.#response);
    this.#end = { args, head };
    this.#settle(head);
  }

  #settle(head: Head): void {
    const { status } = head;
    if (this.#isThrownUnseen && status >= 500) this.#thrown ??= { error: new Error(`${status}`) };
    this.#captured.resolve({
      status,
      headers: headersOf(head),
      body: this.#tape.bytes(),
      thrown: this.#thrown,
    });
  }

  #destroy(error: Error | undefined): ServerResponse {
    this.#thrown ??= { error: error ?? new Error('the response was destroyed before its end') };
    this.#giveUp();
    return this.#own.destroy.call(this.#response, error);
  }

  /** Half an answer says nothing. */
  #giveUp(): void {
    this.#held = [];
    this.#captured.resolve({ status: 500, headers: [], body: undefined, thrown: this.#thrown });
  }

  /** The client is gone. Who waits until it takes more would wait for ever; who looks for it gives up. */
  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    Object.assign(this.#response, { destroyed: false, _closed: false });
    process.nextTick(() => this.#own.emit.call(this.#response, 'drain'));
  }

  /** Methods are put back, not deleted: an object that lost a property is a slow one ever after. */
  #restore(): void {
    Object.assign(this.#response, this.#own, { __onFinished: this.#finishedBefore });
    this.#letGoStates();
    if (!this.#isGone) return;
    Object.assign(this.#response, { destroyed: true, _closed: true });
    this.#own.emit.call(this.#response, 'close');
  }
}

function bytesOf(chunk: unknown, encoding?: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  // As Node would, but before anything of it is recorded.
  if (typeof chunk !== 'string') throw new TypeError('a chunk has to be a string or bytes');
  const name = typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8';
  return Buffer.from(chunk, name);
}
