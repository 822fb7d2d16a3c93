// One request on a connection of its own, so that it can be left in the middle.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface Wire {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly timeoutMs: number;
  /** The body is sent after this, the headers before. */
  readonly release?: Promise<void> | undefined;
}

/** A whole answer. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What came of a request: its answer, or why there is no whole one. */
export type Came = Answered | { readonly status: undefined; readonly why: string };

export interface Exchange {
  readonly came: Promise<Came>;
  /** Whether `came` is there. */
  isOver(): boolean;
  /** Closes the connection, as a client that is gone. */
  leave(): void;
}

export function exchange(wire: Wire): Exchange {
  const { method, url, headers, body, timeoutMs, release } = wire;
  let isOver = false;
  const { promise, resolve } = Promise.withResolvers<Came>();
  const end = (came: Came): void => {
    isOver = true;
    clearTimeout(timer);
    resolve(came);
  };
  const none = (why: string): void => end({ status: undefined, why });
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send(url, { method, headers, agent: false }, (response) => {
    const { statusCode = 0 } = response;
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', () => none(`an answer with ${statusCode} that was cut`));
    response.on('end', () =>
      end({ status: statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
    );
  });
  request.on('error', (error: NodeJS.ErrnoException) => none(`no answer: ${error.code ?? error}`));
  const timer = setTimeout(() => {
    none(`no whole answer in ${timeoutMs / 1000} s`);
    request.destroy();
  }, timeoutMs);
  if (release === undefined) request.end(body);
  else {
    request.flushHeaders();
    release.then(() => request.end(body));
  }
  return {
    came: promise,
    isOver: () => isOver,
    leave: () => {
      none('the client was gone');
      request.destroy();
    },
  };
}
