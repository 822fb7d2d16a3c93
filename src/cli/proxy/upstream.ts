import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request as overHttp,
  type RequestOptions,
} from 'node:http';
import { request as overTls } from 'node:https';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { urlToHttpOptions } from 'node:url';
import type { Clock } from '../../core/clock.ts';
import { Connections } from './connections.ts';
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
  readonly #isTls: boolean;
  readonly #address: RequestOptions;
  /** Comes before all paths. */
  readonly #basePath: string;
  readonly #connections: Connections;
  /** Requests, and their answers. */
  readonly #underway = new Map<ClientRequest, IncomingMessage | undefined>();
  #isClosed = false;

  constructor(
    { upstream, upstreamTimeoutMs }: Pick<ProxySettings, 'upstream' | 'upstreamTimeoutMs'>,
    clock?: Pick<Clock, 'monotonic'>,
  ) {
    this.url = upstream;
    this.#timeoutMs = upstreamTimeoutMs;
    this.#isTls = upstream.protocol === 'https:';
    this.#address = urlToHttpOptions(upstream);
    this.#basePath = upstream.pathname.replace(/\/$/u, '');
    this.#connections = new Connections(this.#isTls, clock);
  }

  /** On a connection that the upstream has no reason to close. */
  onKept(asked: Asked): Sending {
    const sending = this.#begin(asked, this.#connections.choose());
    this.#connections.follow(sending.message);
    return sending;
  }

  /** On a connection of its own. */
  onFresh(asked: Asked): Sending {
    return this.#begin(asked, false);
  }

  /**
   * The same for requests that are never sent again, once each end of a connection that is here already was
   * seen: nobody could tell otherwise whether they had arrived.
   */
  async once(asked: Asked): Promise<Sending> {
    // It is read in the next turn but one: the first may go on with what was read before.
    await turn();
    await turn();
    return this.onKept(asked);
  }

  /**
   * Ends what is still under way, and what begins after. An answer that is all here is left to be read: what
   * is left of one that is destroyed, Node throws away, and says that it ended.
   */
  close(): void {
    this.#isClosed = true;
    for (const [message, answer] of this.#underway) {
      if (answer?.complete !== true) message.destroy(stopped());
    }
    this.#connections.close();
  }

  #begin({ method, target, headers }: Asked, agent: Agent | false): Sending {
    const message = (this.#isTls ? overTls : overHttp)({
      hostname: this.#address.hostname,
      port: this.#address.port,
      method,
      path: this.#basePath + target,
      headers,
      agent,
      timeout: this.#timeoutMs,
    });
    this.#underway.set(message, undefined);
    if (this.#isClosed) message.destroy(stopped());
    message.once('close', () => this.#underway.delete(message));
    let isConnected = false;
    message.once('socket', (socket: Socket) => {
      // Nothing is written before.
      if (socket.connecting) {
        socket.once(this.#isTls ? 'secureConnect' : 'connect', () => {
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
        this.#underway.set(message, response);
        resolve(response);
      });
      message.on('error', (error) => {
        const late = error instanceof Silence ? 'silent' : 'failed';
        reject(new UpstreamError(isConnected ? late : 'unreachable', error));
      });
      // Such as 101, which was not asked for: there is neither an answer nor an error then.
      message.once('close', () => {
        const error = new Error('the connection was closed without an answer');
        reject(new UpstreamError(isConnected ? 'failed' : 'unreachable', error));
      });
    });
    answer.catch(() => {});
    return { message, answer };
  }
}

function stopped(): Error {
  return new Error('the proxy was stopped');
}
