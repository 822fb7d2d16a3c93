import { setMaxListeners } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request as overHttp } from 'node:http';
import { request as overTls, Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { urlToHttpOptions } from 'node:url';
import type { ProxySettings } from './settings.ts';

/** `unreachable`: not one byte was sent · `silent`: it was, and nothing came · `failed`: it was, and it broke. */
export type Failure = 'unreachable' | 'silent' | 'failed';

/** Why there is no answer. */
export class UpstreamError extends Error {
  override readonly name: string = 'UpstreamError';
  readonly failure: Failure;

  constructor(failure: Failure, cause: unknown) {
    // Of a host with several addresses each was tried.
    const why: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
    super(why instanceof Error ? why.message : String(why), { cause });
    this.failure = failure;
  }
}

/** What is asked of the upstream. */
export interface Asked {
  readonly method: string;
  /** Path and query, as the client has them. */
  readonly target: string;
  readonly headers: readonly string[];
}

/** A request that is being made. */
export interface Sending {
  /** Takes the body. */
  readonly message: ClientRequest;
  /** Rejects with {@link UpstreamError}. */
  readonly answer: Promise<IncomingMessage>;
}

class Silence extends Error {}

/** The API that the proxy stands before. */
export class Upstream {
  readonly url: URL;
  readonly #timeoutMs: number;
  readonly #kept: Agent;
  readonly #stop = new AbortController();

  constructor({ upstream, upstreamTimeoutMs }: ProxySettings) {
    this.url = upstream;
    this.#timeoutMs = upstreamTimeoutMs;
    // One for each request that is under way.
    setMaxListeners(0, this.#stop.signal);
    this.#kept = new (upstream.protocol === 'https:' ? TlsAgent : Agent)({ keepAlive: true });
  }

  /** On a connection that is kept and used again. */
  onKept(asked: Asked): Sending {
    return this.#begin(asked, this.#kept);
  }

  /**
   * On a connection of its own: one that was kept may be closed by the upstream at any time, and nobody
   * could tell then whether the request had arrived.
   */
  onFresh(asked: Asked): Sending {
    return this.#begin(asked, false);
  }

  /** Ends what is still under way. */
  close(): void {
    this.#stop.abort(new Error('the proxy was stopped'));
    this.#kept.destroy();
  }

  #begin({ method, target, headers }: Asked, agent: Agent | false): Sending {
    const { hostname, port } = urlToHttpOptions(this.url);
    const isTls = this.url.protocol === 'https:';
    const message = (isTls ? overTls : overHttp)({
      hostname,
      port,
      method,
      path: `${this.url.pathname.replace(/\/$/u, '')}${target}`,
      headers,
      agent,
      timeout: this.#timeoutMs,
      signal: this.#stop.signal,
    });
    let isConnected = false;
    message.once('socket', (socket: Socket) => {
      // Nothing is written before.
      if (socket.connecting) {
        socket.once(isTls ? 'secureConnect' : 'connect', () => {
          isConnected = true;
        });
      } else {
        isConnected = true;
      }
    });
    message.once('timeout', () => {
      message.destroy(new Silence(`the upstream said nothing for ${this.#timeoutMs} ms`));
    });
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      message.once('response', (response) => {
        message.setTimeout(0);
        resolve(response);
      });
      message.on('error', (error) => {
        const late = error instanceof Silence ? 'silent' : 'failed';
        reject(new UpstreamError(isConnected ? late : 'unreachable', error));
      });
    });
    answer.catch(() => {});
    return { message, answer };
  }
}
