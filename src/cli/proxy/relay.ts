import type { IncomingMessage } from 'node:http';
import { problem } from '../../adapters/http/engine/problems.ts';
import type { Answer, Captured } from '../../adapters/http/engine/types.ts';
import { isEventStream } from '../../adapters/http/mounts/event-stream.ts';
import type { Spool } from '../../adapters/http/mounts/spool.ts';
import type { Exchange } from './exchange.ts';
import { answerHeaders, byName, requestHeaders } from './headers.ts';
import { HeldAnswer } from './held-answer.ts';
import { failureProblem } from './problems.ts';
import type { ProxySettings } from './settings.ts';
import { type Upstream, UpstreamError } from './upstream.ts';

/** The client gets its own, whatever the upstream says. */
const ECHOED = new Set(['idempotency-key']);

const BROKEN: Captured = { status: 502, headers: [], body: undefined };

/** Sends a keyed request to the upstream, and its answer to the client, whose end waits for the record. */
export class Relay {
  readonly #exchange: Exchange;
  readonly #body: Spool;
  readonly #upstream: Upstream;
  readonly #settings: ProxySettings;
  #sent: Promise<unknown> = Promise.resolve();
  #held: HeldAnswer | undefined;
  /** Answered in the upstream's place. */
  #problem: Answer | undefined;

  constructor(exchange: Exchange, body: Spool, upstream: Upstream, settings: ProxySettings) {
    this.#exchange = exchange;
    this.#body = body;
    this.#upstream = upstream;
    this.#settings = settings;
  }

  /** The whole answer. Never rejects. */
  async run(): Promise<Captured> {
    const { request, method, target } = this.#exchange;
    const { url } = this.#upstream;
    const headers = requestHeaders(request, url, { length: this.#body.size });
    const { message, answer } = await this.#upstream.once({ method, target, headers });
    // What breaks is seen by who waits for the answer.
    this.#sent = this.#body.sendTo(message).catch(() => {});
    try {
      return await this.#relay(await answer);
    } catch (error) {
      return this.#fail(error);
    } finally {
      message.destroy();
    }
  }

  /** Lets the end of the answer out. */
  release(): void {
    if (this.#problem !== undefined) this.#send(this.#problem);
    else this.#held?.release();
  }

  /** Answers otherwise; where a part of the upstream's answer is out, cuts it off. */
  replace(answer: Answer): void {
    if (this.#held === undefined) this.#send(answer);
    else this.#held.cut();
  }

  /** Frees the body. */
  async close(): Promise<void> {
    await this.#sent;
    await this.#body.close();
  }

  async #relay(answer: IncomingMessage): Promise<Captured> {
    this.#exchange.upstreamStatus = answer.statusCode;
    if (!isEventStream(answer.headers['content-type'])) return this.#pass(answer);
    const refused = problem('events-not-kept', this.#settings);
    return this.#refuse(refused, 'the upstream answers with events');
  }

  async #pass(answer: IncomingMessage): Promise<Captured> {
    const { response, key = '' } = this.#exchange;
    const { statusCode: status = 502, statusMessage } = answer;
    const headers = answerHeaders(answer, ECHOED);
    response.writeHead(status, statusMessage, [...headers, 'idempotency-key', key]);
    this.#held = new HeldAnswer(answer, response, this.#settings);
    const { bytes, broken } = await this.#held.whole;
    if (broken === undefined) return { status, headers: byName(headers), body: bytes };
    this.#exchange.error = String(broken.error);
    return BROKEN;
  }

  #fail(error: unknown): Captured {
    const failure = error instanceof UpstreamError ? error.failure : 'failed';
    const next = this.#settings.ifInterrupted === 'stop' ? 'stop' : 'again';
    return this.#refuse(failureProblem(failure, next, this.#settings), error);
  }

  /** What is answered so tells the engine what to do with the key, by its status. */
  #refuse(answer: Answer, error: unknown): Captured {
    this.#exchange.error = error instanceof Error ? error.message : String(error);
    this.#problem = answer;
    return { ...answer, body: Buffer.from(answer.body) };
  }

  #send(answer: Answer): void {
    const { key = '' } = this.#exchange;
    this.#exchange.send({ ...answer, headers: [...answer.headers, ['idempotency-key', key]] });
  }
}
