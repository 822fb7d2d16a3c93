// Who takes turns with whom, and what is to be reached.
import type { Contestant } from './contestant.ts';
import type { Keys } from './load.ts';

/** One held against another of its group. */
export interface Comparison {
  readonly of: Contestant;
  readonly to: Contestant;
  /** The least ratio of requests in a second that is wanted; absent: measured only. */
  readonly rate?: number;
  /** At most so many microseconds of the processor more for a request. */
  readonly addedCpuUs?: number;
  /** At most so many milliseconds more until half of the answers are there. */
  readonly addedP50Ms?: number;
}

export interface Group {
  readonly name: string;
  readonly keys: Keys;
  readonly connections: number;
  readonly needs?: 'redis' | 'postgres';
  /** A part of the requests of a round, where each takes longer. */
  readonly part?: number;
  readonly comparisons: readonly Comparison[];
}

function ours(guard: string): Contestant {
  return { name: `runtwice, ${guard}`, server: 'express', guard };
}

function byHand(store: string): Contestant {
  return { name: `by hand, ${store}`, server: 'express', guard: `by hand, ${store}` };
}

const oursOnPeers: Contestant = {
  ...ours('redis'),
  name: 'runtwice, redis, Express 4',
  isOnPeers: true,
};
const expressIdempotency: Contestant = {
  name: 'express-idempotency, Express 4',
  server: 'express',
  guard: 'express-idempotency',
  isOnPeers: true,
};
const nodeIdempotency: Contestant = {
  name: 'node-idempotency, NestJS 10',
  server: 'nest',
  guard: 'node-idempotency',
  isOnPeers: true,
};

const CONNECTIONS = 16;

const FRAMEWORKS = { express: 'Express', fastify: 'Fastify', hono: 'Hono' } as const;

function memory(
  server: keyof typeof FRAMEWORKS,
  keys: Keys,
  goal: Pick<Comparison, 'rate' | 'addedCpuUs'>,
): Group {
  const name = FRAMEWORKS[server];
  const bare: Contestant = { name, server, guard: 'none' };
  return {
    name: `${name}, memory, ${keys} key`,
    keys,
    connections: CONNECTIONS,
    comparisons: [{ of: { ...ours('memory'), server }, to: bare, ...goal }],
  };
}

function redis(keys: Keys): Group {
  return {
    name: `Express, Redis, ${keys} key`,
    keys,
    connections: CONNECTIONS,
    needs: 'redis',
    part: 0.25,
    comparisons: [
      { of: ours('redis'), to: byHand('redis'), rate: 0.95 },
      { of: oursOnPeers, to: expressIdempotency, rate: 1.1 },
      { of: oursOnPeers, to: nodeIdempotency, rate: 1.1 },
    ],
  };
}

function proxy(keys: Keys): Group {
  const by = (guard: string): Contestant => ({ name: `a proxy, ${guard}`, server: 'proxy', guard });
  return {
    name: `A proxy, memory, ${keys} key`,
    keys,
    connections: CONNECTIONS,
    part: 0.5,
    comparisons: [{ of: by('runtwice'), to: by('by hand'), rate: 0.7, addedP50Ms: 0.3 }],
  };
}

export const GROUPS: readonly Group[] = [
  memory('express', 'known', { rate: 0.8, addedCpuUs: 15 }),
  memory('fastify', 'known', { rate: 0.8, addedCpuUs: 20 }),
  memory('hono', 'known', { rate: 0.8, addedCpuUs: 20 }),
  memory('express', 'new', { rate: 0.78 }),
  memory('fastify', 'new', {}),
  memory('hono', 'new', {}),
  proxy('known'),
  proxy('new'),
  redis('known'),
  redis('new'),
  {
    name: 'Express, PostgreSQL, new key',
    keys: 'new',
    connections: 64,
    needs: 'postgres',
    part: 0.4,
    comparisons: [{ of: ours('postgres'), to: byHand('postgres'), rate: 3 }],
  },
];

/** All of a group, each once. */
export function contestantsOf({ comparisons }: Group): Contestant[] {
  return [...new Set(comparisons.flatMap(({ of, to }) => [to, of]))];
}
