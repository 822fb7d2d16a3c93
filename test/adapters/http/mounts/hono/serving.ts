import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { onTestFinished } from 'vitest';

type Fetch = Parameters<typeof getRequestListener>[0];

/** A server of `@hono/node-server` that ends with the test, and where it listens. */
export async function serving(fetch: Fetch): Promise<string> {
  const server = createServer(getRequestListener(fetch));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends a request with a key. */
export function post(url: string, init: RequestInit = {}, key = 'one'): Promise<Response> {
  const headers = { 'idempotency-key': key, ...(init.headers as Record<string, string>) };
  return fetch(url, { method: 'POST', duplex: 'half', ...init, headers } as RequestInit);
}
