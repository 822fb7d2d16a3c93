// A real server that answers each request as the next step of its script has it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach } from 'vitest';

/** A request as it came; `body` is undefined where it was not read. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  body: string | undefined;
}

export type Step = (request: IncomingMessage, response: ServerResponse, seen: Seen) => void;

export interface Scripted {
  readonly url: string;
  readonly seen: Seen[];
  /** Resolves when so many requests were read, or left. */
  came(count: number): Promise<void>;
}

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** What comes after the last step is answered with 418, which nobody asks again. */
export async function serve(...steps: Step[]): Promise<Scripted> {
  const seen: Seen[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    const one: Seen = { method, path, headers, body: undefined };
    seen.push(one);
    const step = steps[seen.length - 1] ?? answer(418);
    step(request, response, one);
    for (const { count, resolve } of waiting) if (seen.length >= count) resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/orders`,
    seen,
    came: (count) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve });
        if (seen.length >= count) resolve();
      }),
  };
}

/** Does something when the body is read. */
function afterBody(act: (request: IncomingMessage, response: ServerResponse) => void): Step {
  return async (request, response, seen) => {
    // As bytes, each a character.
    seen.body = (await buffer(request)).toString('latin1');
    act(request, response);
  };
}

export function answer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Step {
  return afterBody((_request, response) => {
    response.writeHead(status, { ...headers });
    response.end(body);
  });
}

/** JSON, such as a problem (RFC 9457). */
export function problem(status: number, members: unknown): Step {
  return answer(status, { 'content-type': 'application/problem+json' }, JSON.stringify(members));
}

export const echoes: Step = (request, response, seen) => {
  const key = String(request.headers['idempotency-key']);
  answer(201, { 'idempotency-key': key }, 'made')(request, response, seen);
};

export const resetsUnread: Step = (request) => void request.socket.resetAndDestroy();

export const resetsRead: Step = afterBody((request) => void request.socket.resetAndDestroy());

export const hangs: Step = afterBody(() => {});

/** Says how long the answer is, sends half of it, and is gone. */
export const cutsLength: Step = afterBody((_request, response) => {
  response.writeHead(201, { 'content-length': '10' });
  response.write('12345', () => response.destroy());
});

/** Sends a chunk, but never the last one. */
export const cutsChunks: Step = afterBody((_request, response) => {
  response.writeHead(201);
  response.write('12345', () => response.destroy());
});

/** Sends headers and half of the answer, and no more. */
export const stalls: Step = afterBody((_request, response) => {
  response.writeHead(201, { 'content-length': '10' });
  response.write('12345');
});

/** Sends headers alone. */
export const stallsAtOnce: Step = afterBody((_request, response) => {
  response.writeHead(200);
  response.flushHeaders();
});
