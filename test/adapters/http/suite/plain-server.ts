// The routes of the suite by node:http alone.
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Handler, Reply, Routes } from './mount.ts';

export function routeOf(routes: Routes, wanted: string): Handler {
  const [method, url = ''] = wanted.split(' ');
  const path = url.replace(/\?.*/u, '').replace(/^\/orders\/\d+\//u, '/orders/:id/');
  const handler = routes[`${method} ${path}`];
  if (handler === undefined) throw new Error(`there is no route for ${wanted}`);
  return handler;
}

export function answer(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    response.writeHead(status, headers).end(body);
  } else if (body instanceof Readable) {
    body.pipe(response.writeHead(status, headers));
  } else {
    response.writeHead(status, { ...headers, 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }
}
