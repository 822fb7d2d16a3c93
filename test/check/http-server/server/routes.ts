// What a server under test answers on each path: an answer of each kind, with an effect half-way.
import type { ServerRequest } from '../../../../src/check/index.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Sent in so many chunks. */
  readonly chunks?: number;
}

const JSON_TYPE = { 'content-type': 'application/json' };

export const ROUTES: Readonly<Record<string, (id: number, user: string) => Reply>> = {
  '/orders': (id, user) => ({
    status: 201,
    headers: { ...JSON_TYPE, location: `/orders/${id}` },
    body: Buffer.from(JSON.stringify({ id, user })),
  }),
  '/stream': (id) => ({
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: Buffer.from(`line ${id}\n`.repeat(100)),
    chunks: 5,
  }),
  '/binary': (id) => ({
    status: 200,
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from([0xff, 0xfe, 0, id % 256, 0x80, 0xc3, 0x28]),
  }),
  '/empty': () => ({ status: 204, headers: {}, body: Buffer.alloc(0) }),
  '/large': (id) => ({
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: Buffer.alloc(1_500_000, `large ${id} `),
  }),
  '/fails': (id) => ({
    status: 500,
    headers: JSON_TYPE,
    body: Buffer.from(JSON.stringify({ error: `failed after effect ${id}` })),
  }),
};

/** A request for each of them, and one that is refused. */
export const REQUESTS: readonly ServerRequest[] = [
  ...Object.keys(ROUTES).map((path) => ({ path, body: { n: 1 }, otherBody: { n: 2 } })),
  { method: 'PUT', path: '/orders', body: { n: 1 }, otherBody: { n: 2 } },
  { path: '/refused', body: { n: 1 }, otherBody: { n: 2 } },
];
