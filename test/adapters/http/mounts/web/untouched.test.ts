import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { idempotency } from '../../../../../src/adapters/http/mounts/hono.ts';
import { untouchedBody } from '../../../../../src/adapters/http/mounts/web/untouched.ts';
import { memoryLedger } from '../../../../support/memory-ledger.ts';
import { post, serving } from '../hono/serving.ts';

const Real = Response;
// It puts its own in place of the global one.
getRequestListener(() => new Real());
const Light = Response;

const TYPE = { 'content-type': 'text/plain' };
const BYTES = Buffer.from([1, 0xff, 2]);

describe('a response of @hono/node-server', () => {
  it.each([
    ['a text', 'text'],
    ['bytes', BYTES],
    ['nothing', null],
  ])('that nobody touched tells its body: %s', (_, body) => {
    expect(Light).not.toBe(Real);
    const response = new Light(body, { headers: TYPE, status: 201 });
    expect(untouchedBody(response)).toEqual(body);
    expect(untouchedBody(response)).toEqual(body);
  });

  it.each([
    ['it is a real one', new Real('text', { headers: TYPE })],
    ['it is a stream', new Light(ReadableStream.from([BYTES]), { headers: TYPE })],
    ['a real one would add its type', new Light('text', { headers: { 'x-a': 'b' } })],
    ['it has another form', Object.assign(new Real(), { [Symbol('cache')]: ['text'] })],
    ['it has another status', Object.assign(new Real(), { [Symbol('cache')]: [201, 'text', {}] })],
  ])('does not tell it where %s', (_, response) => {
    expect(untouchedBody(response)).toBeUndefined();
  });

  it('does not tell it where a real one was made', () => {
    const response = new Light('text', { headers: TYPE });
    expect(response.body).not.toBeNull();
    expect(untouchedBody(response)).toBeUndefined();
  });
});

interface Seen {
  readonly status: number;
  readonly headers: readonly [string, string][];
  readonly body: string;
}

/** Of the connection, or ours. */
const IGNORED = new Set([
  'connection',
  'content-length',
  'date',
  'idempotency-key',
  'idempotent-replayed',
  'keep-alive',
  'transfer-encoding',
]);

/** What a client sees of an answer. */
async function seen(response: Response): Promise<Seen> {
  const { status, headers } = response;
  const body = Buffer.from(await response.arrayBuffer()).toString('hex');
  return { status, headers: [...headers].filter(([name]) => !IGNORED.has(name)), body };
}

/** What is seen of it again. */
function replayed({ headers, ...rest }: Seen): Seen {
  const isOnce = (name: string) => name === 'set-cookie' || name === 'x-other';
  return { ...rest, headers: headers.filter(([name]) => !isOnce(name)) };
}

const ANSWERS: [string, (c: Context, Kind: typeof Response) => Response][] = [
  ['a text', (_, Kind) => new Kind('grüße', { status: 201, headers: TYPE })],
  ['a text of no type', (_, Kind) => new Kind('text')],
  ['half a character', (_, Kind) => new Kind('a\ud800b', { headers: TYPE })],
  ['bytes', (_, Kind) => new Kind(BYTES, { headers: { 'content-type': 'image/png' } })],
  ['a stream', (_, Kind) => new Kind(ReadableStream.from([BYTES, BYTES]), { headers: TYPE })],
  ['an empty text', (_, Kind) => new Kind('', { headers: TYPE })],
  ['204', (_, Kind) => new Kind(null, { status: 204 })],
  ['304', (_, Kind) => new Kind(null, { status: 304, headers: { etag: '"1"' } })],
  ['418', (_, Kind) => new Kind('tea', { status: 418, headers: TYPE })],
  ['451', (_, Kind) => new Kind('no', { status: 451, headers: TYPE })],
  ['JSON', (c) => c.json({ a: 1 }, 201, { location: '/x/1', 'x-other': 'o' })],
  [
    'two cookies and two links',
    (c) => {
      for (const value of ['a=1', 'b=2']) c.header('set-cookie', value, { append: true });
      for (const value of ['</a>', '</b>']) c.header('link', value, { append: true });
      return c.json({ a: 1 });
    },
  ],
];

describe.each([
  ['untouched', Light],
  ['real', Real],
])('an answer by Hono, %s', (_, Kind) => {
  it.each(ANSWERS)('is that of the handler, and so is its replay: %s', async (_, make) => {
    const app = new Hono();
    const guard = idempotency<Context>({ ledger: memoryLedger(), scope: 'public' });
    app.post('/bare', (c) => make(c, Kind));
    app.post('/guarded', guard, (c) => make(c, Kind));
    const url = await serving(app.fetch);
    const bare = await seen(await post(`${url}/bare`));
    const first = await post(`${url}/guarded`);
    expect(first.headers.get('idempotency-key')).toBe('one');
    expect(await seen(first)).toEqual(bare);
    const second = await post(`${url}/guarded`);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(replayed(await seen(second))).toEqual(replayed(bare));
  });

  it('is sent, and not kept, where it is larger than what is kept', async () => {
    const app = new Hono();
    const options = { ledger: memoryLedger(), scope: 'public' as const, maxResponseBody: 3 };
    app.post('/x', idempotency<Context>(options), () => new Kind('four', { headers: TYPE }));
    const url = await serving(app.fetch);
    expect(await (await post(`${url}/x`)).text()).toBe('four');
    expect(await (await post(`${url}/x`)).json()).toMatchObject({ code: 'response-not-kept' });
  });

  it('that is events is refused, also as a text', async () => {
    const app = new Hono();
    const headers = { 'content-type': 'text/event-stream' };
    const guard = idempotency<Context>({ ledger: memoryLedger(), scope: 'public' });
    app.post('/x', guard, () => new Kind('data: 1\n\n', { headers }));
    const url = await serving(app.fetch);
    expect(await (await post(`${url}/x`)).json()).toMatchObject({ code: 'events-not-kept' });
  });

  it('is sent as it was when it was answered', async () => {
    const app = new Hono();
    const bytes = Buffer.from('bytes');
    const ledger = memoryLedger((store) => ({
      update(request) {
        bytes.fill(0);
        return store.update(request);
      },
    }));
    app.post('/x', idempotency<Context>({ ledger, scope: 'public' }), () => new Kind(bytes));
    const url = await serving(app.fetch);
    for (const _ of [1, 2]) expect(await (await post(`${url}/x`)).text()).toBe('bytes');
  });
});

describe('an answer by Hono', () => {
  it('that nobody touched may be one object for every request', async () => {
    const app = new Hono();
    const answer = new Light('same', { headers: TYPE });
    const guard = idempotency<Context>({ ledger: memoryLedger(), scope: 'public' });
    app.post('/x', guard, () => answer);
    const url = await serving(app.fetch);
    for (const key of ['one', 'two', 'one']) {
      const response = await post(`${url}/x`, {}, key);
      expect([response.headers.get('idempotency-key'), await response.text()]).toEqual([
        key,
        'same',
      ]);
    }
  });
});
