import { createHash } from 'node:crypto';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { WebRequest } from '../../../../../src/adapters/http/mounts/web/request.ts';
import { idem, idempotent } from '../../../../../src/adapters/http/mounts/web.ts';
import { memoryLedger } from '../../../../support/memory-ledger.ts';

const URL_ = 'http://shop.example/orders/7?a=1&b=%2F';
const LARGE = Buffer.alloc(2_500_000, 'abc');

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream | null;

/** Bytes that come in pieces, and nobody says how many. */
function pieces(bytes: Uint8Array, size: number): ReadableStream {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}

function post(body: Body, headers: Record<string, string> = {}): Request {
  return new Request(URL_, {
    method: 'POST',
    headers: { 'idempotency-key': 'one', ...headers },
    body,
    duplex: 'half',
  });
}

describe('the request of a fetch handler', () => {
  it('is one like that which came, with its body to be read again', async () => {
    const came = post('{"a":1}', { 'content-type': 'application/json', 'x-user': 'ada' });
    const seen: Request[] = [];
    const handle = idempotent({ ledger: memoryLedger(), scope: 'public' }, async (request) => {
      seen.push(request);
      return Response.json(await request.json());
    });
    expect(await (await handle(came)).json()).toEqual({ a: 1 });
    const [request] = seen;
    expect(request).not.toBe(came);
    expect(request?.url).toBe(URL_);
    expect(request?.method).toBe('POST');
    expect([...(request?.headers ?? [])]).toEqual([...came.headers]);
    expect(idem(request ?? came)).toBe(idem(came));
    expect(idem(came).key).toBe('one');
  });

  it('has the signal of the one that came', async () => {
    const controller = new AbortController();
    const came = new Request(URL_, {
      method: 'POST',
      headers: { 'idempotency-key': 'one' },
      signal: controller.signal,
    });
    const handle = idempotent({ ledger: memoryLedger(), scope: 'public' }, (request) => {
      expect(request.signal.aborted).toBe(false);
      controller.abort();
      return new Response(String(request.signal.aborted));
    });
    expect(await (await handle(came)).text()).toBe('true');
  });

  it('is the very one where it has no key, and nobody reads its body', async () => {
    const came = new Request(URL_, { method: 'POST', body: 'x' });
    const handle = idempotent({ ledger: memoryLedger(), scope: 'public' }, (request) => {
      expect(request).toBe(came);
      expect(request.bodyUsed).toBe(false);
      return new Response(idem(request).key ?? 'none');
    });
    expect(await (await handle(came)).text()).toBe('none');
  });

  it.each([
    ['stated', 'x'.repeat(101), { 'content-length': '101' }],
    ['stated too small', 'x'.repeat(101), { 'content-length': '1' }],
    ['not stated', pieces(Buffer.alloc(1000), 60), {}],
    [
      'stated beside chunks',
      'x'.repeat(101),
      { 'content-length': '1', 'transfer-encoding': 'chunked' },
    ],
  ])('whose body is too large is refused, its size %s', async (_, body: Body, headers) => {
    let runs = 0;
    const options = { ledger: memoryLedger(), scope: 'public' as const, maxRequestBody: 100 };
    const handle = idempotent(options, () => new Response(String(++runs)));
    const refused = await handle(post(body, headers as Record<string, string>));
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ code: 'body-too-large' });
    expect(runs).toBe(0);
    expect((await handle(post('x'.repeat(100)))).status).toBe(200);
  });

  it('whose body is said to be too large is refused unread', async () => {
    const options = { ledger: memoryLedger(), scope: 'public' as const, maxRequestBody: 100 };
    const came = post('x'.repeat(101), { 'content-length': '101' });
    expect((await idempotent(options, () => new Response())(came)).status).toBe(413);
    expect(came.bodyUsed).toBe(false);
  });

  it('has a large body too, and the same in pieces is the same', async () => {
    const digest = createHash('sha256').update(LARGE).digest('hex');
    const handle = idempotent({ ledger: memoryLedger(), scope: 'public' }, async (request) => {
      const hash = createHash('sha256');
      for await (const chunk of request.body ?? []) hash.update(chunk);
      return new Response(hash.digest('hex'));
    });
    const first = await handle(post(pieces(LARGE, 700_000)));
    expect(await first.text()).toBe(digest);
    const second = await handle(post(LARGE, { 'content-length': String(LARGE.length) }));
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(await second.text()).toBe(digest);
  });

  it('may have no body: an empty one is the same', async () => {
    const handle = idempotent({ ledger: memoryLedger(), scope: 'public' }, async (request) => {
      return new Response(`<${await request.text()}>`);
    });
    const type = { 'content-type': 'text/plain' };
    expect(await (await handle(post(null, type))).text()).toBe('<>');
    expect(await (await handle(post('', type))).text()).toBe('<>');
    expect((await handle(post(' ', type))).status).toBe(422);
  });

  it('of a method that has no body can be guarded', async () => {
    const options = { ledger: memoryLedger(), scope: 'public' as const, methods: ['get'] };
    const handle = idempotent(options, () => new Response('ok'));
    const headers = { 'idempotency-key': 'one' };
    expect((await handle(new Request(URL_, { headers }))).status).toBe(200);
    const second = await handle(new Request(URL_, { headers }));
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it('is given with what else the framework gives, and its types', async () => {
    class FrameworkRequest extends Request {
      readonly user: string = 'ada';
    }
    const handle = idempotent(
      { ledger: memoryLedger(), scope: (request: FrameworkRequest) => request.user },
      async (_request, { params }: { params: Promise<{ id: string }> }) => {
        return new Response((await params).id);
      },
    );
    expectTypeOf(handle).parameter(0).toEqualTypeOf<FrameworkRequest>();
    expectTypeOf(handle).parameter(1).toEqualTypeOf<{ params: Promise<{ id: string }> }>();
    const came = new FrameworkRequest(post('x'));
    const answer = await handle(came, { params: Promise.resolve({ id: '7' }) });
    expect(await answer.text()).toBe('7');
  });

  it.each([
    ['http://h/a/b?x=1&y=%20', '/a/b', 'x=1&y=%20'],
    ['https://h:8443/', '/', ''],
    ['http://h/a%2Fb#part', '/a%2Fb', ''],
    ['http://h/a?b=c?d#e?f', '/a', 'b=c?d'],
    ['http://h/?', '/', ''],
  ])('%s is known by its path and query', (url, path, query) => {
    const request = new WebRequest(new Request(url), undefined);
    expect([request.path, request.query]).toEqual([path, query]);
  });
});
