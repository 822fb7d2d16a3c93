// Requests with keys, made by autocannon in this process.
import { createRequire } from 'node:module';
import { Stop } from '../../lib/stop.ts';

/** The same keys again and again, or another one each time. */
export type Keys = 'known' | 'new';

export interface Load {
  /** Default: 1 KB. */
  readonly body?: string;
  readonly connections: number;
  /** How many requests, all in all. */
  readonly requests: number;
  readonly keys: Keys;
}

export interface Loaded {
  readonly perSecond: number;
  /** Median time of an answer, milliseconds. */
  readonly p50Ms: number;
}

/** The part of autocannon that is used; it is installed with the peers. */
type Autocannon = (
  options: object,
  done: (error: Error | null, result: Result) => void,
) => Instance;

interface Instance {
  on(
    event: 'response',
    listener: (client: object, status: number, bytes: number, ms: number) => void,
  ): void;
}

interface Result {
  readonly '2xx': number;
  readonly non2xx: number;
  readonly errors: number;
}

interface Request {
  readonly headers: Readonly<Record<string, string>>;
}

const peers = createRequire(new URL('../peers/package.json', import.meta.url));

function autocannon(): Autocannon {
  try {
    return peers('autocannon') as Autocannon;
  } catch {
    throw new Stop('autocannon is not installed: `npm run bench:peers` does that');
  }
}

/** A body of 1 KB. */
export const BODY: string = JSON.stringify({
  order: 'order-4711',
  customer: { name: 'Ada Lovelace', mail: 'ada@example.org', tags: ['first', 'good', 'early'] },
  lines: Array.from({ length: 8 }, (_, index) => ({
    index,
    sku: `sku-0000-0000-${index}`,
    title: 'A thing that somebody wants to have',
    price: 4200 + index,
    paid: true,
  })),
});

const KNOWN = 1000;
let made = 0;

/** 36 characters, as a UUID has. */
function keyOf(keys: Keys): string {
  made += 1;
  const name = keys === 'new' ? `new-${process.pid}-${made}-` : `known-${made % KNOWN}-`;
  return name.padEnd(36, 'x');
}

export const HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  authorization: 'user-4711',
};

/** @throws Stop where an answer was none of success. */
export async function load(
  port: number,
  { connections, requests, keys, body = BODY }: Load,
): Promise<Loaded> {
  const times: number[] = [];
  const setupRequest = (request: Request) => ({
    ...request,
    headers: { ...request.headers, 'idempotency-key': keyOf(keys) },
  });
  const options = {
    url: `http://127.0.0.1:${port}/orders`,
    connections,
    amount: requests,
    // It looks so often whether that is done.
    sampleInt: 50,
    requests: [{ method: 'POST', headers: HEADERS, body, setupRequest }],
  };
  const start = performance.now();
  let end = start;
  const result = await new Promise<Result>((resolve, reject) => {
    const instance = autocannon()(options, (error, all) => (error ? reject(error) : resolve(all)));
    instance.on('response', (_client, _status, _bytes, ms) => {
      times.push(ms);
      end = performance.now();
    });
  });
  if (result.errors > 0 || result.non2xx > 0) {
    throw new Stop(`${result.non2xx} answers were no success, ${result.errors} requests failed`);
  }
  times.sort((a, b) => a - b);
  return {
    perSecond: (result['2xx'] / (end - start)) * 1000,
    p50Ms: times[times.length >> 1] ?? Number.NaN,
  };
}
