// What a handler of node:http does with its response: its client and the record get the same answer.
import { describe, expect, it } from 'vitest';
import { idempotent } from '../../../../src/adapters/http/mounts/node-http.ts';
import type { Store } from '../../../../src/once/store/types.ts';
import { begin, json, send } from '../suite/client.ts';
import { memoryLedger, publicOptions, requestText, serve, wire } from './serve.ts';

const scope = 'public';

describe('an answer of node:http', () => {
  it('has no header of a body that did not come, where the handler threw', async () => {
    const server = await serve(
      idempotent(await publicOptions(), (_request, response) => {
        response.writeHead(200, 'Made', { 'content-length': 5, 'content-encoding': 'gzip' });
        throw new Error('before the body');
      }),
    );
    const client = wire(server);
    client.write(requestText('/', 'one', ['Connection: close']));
    const text = await client.closed;
    expect(text).toMatch(/^HTTP\/1.1 500 Internal Server Error\r\n/u);
    expect(text).not.toMatch(/content-length: 5|gzip/iu);
  });

  it('that is replaced leaves nothing of what the handler said', async () => {
    const ledger = await memoryLedger();
    const guarded = idempotent({ ledger, scope }, async (_request, response) => {
      // As if another attempt had taken the key over: this one has lost it.
      await ledger.admin.forget({ operation: 'POST /', key: 'one' }, { force: true });
      const headers = { 'content-encoding': 'gzip', 'set-cookie': 'a=b', location: '/1' };
      response.writeHead(201, 'Made', headers).end('x');
    });
    const server = await serve((request, response) => {
      response.setHeader('access-control-allow-origin', '*');
      guarded(request, response);
    });
    const client = wire(server);
    client.write(requestText('/', 'one', ['Connection: close']));
    const text = await client.closed;
    expect(text).toMatch(/^HTTP\/1.1 409 Conflict\r\n/u);
    expect(text).toContain('access-control-allow-origin: *');
    expect(text).not.toMatch(/gzip|set-cookie|location/iu);
  });

  it('is not changed by what is written after its end', async () => {
    const refused = Promise.withResolvers<unknown>();
    const server = await serve(
      idempotent(await publicOptions(), (_request, response) => {
        response.write('a');
        response.end('b');
        response.write('c', refused.resolve);
      }),
    );
    expect((await send(server.url, '/', 'one')).body.toString()).toBe('ab');
    expect((await send(server.url, '/', 'one')).body.toString()).toBe('ab');
    expect(await refused.promise).toBeInstanceOf(Error);
  });

  it('of a length that was told is not whole before it is recorded', async () => {
    const [recording, recorded] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const ledger = await memoryLedger({}, (store) => ({
      update: async (request) => {
        recording.resolve();
        await recorded.promise;
        return store.update(request);
      },
    }));
    const guarded = idempotent({ ledger, scope }, (_request, response) => {
      response.writeHead(200, { 'content-length': 5 });
      response.write('he');
      response.write('llo');
      response.end();
    });
    const server = await serve((request, response) => {
      if (request.method === 'GET') response.end();
      else guarded(request, response);
    });
    const client = wire(server);
    client.write(requestText('/', 'one'));
    await recording.promise;
    await client.until((text) => text.endsWith('he'));
    await send(server.url, '/', undefined, { method: 'GET' });
    expect(client.text).not.toContain('hello');
    recorded.resolve();
    await client.until((text) => text.endsWith('hello'));
  });

  it('gives out what its handler says in between', async () => {
    const server = await serve(
      idempotent(await publicOptions(), (_request, response) => {
        response.writeProcessing();
        response.writeEarlyHints({ link: '</a>; rel=preload' });
        response.writeHead(201, ['X-One', '1', 'x-one', '2']).end('x');
      }),
    );
    const client = wire(server);
    client.write(requestText('/', 'one', ['Connection: close', 'Expect: 100-continue']));
    const text = await client.closed;
    for (const status of ['100', '102', '103', '201'])
      expect(text).toContain(`HTTP/1.1 ${status} `);
    expect(text.match(/x-one: \d/giu)).toEqual(['X-One: 1', 'X-One: 2']);
  });

  it('is replayed in order to requests that did not wait, and to those of HTTP/1.0', async () => {
    const server = await serve(
      idempotent(await publicOptions(), (_request, response) => {
        response.write('part ');
        setImmediate(() => response.end('whole'));
      }),
    );
    const client = wire(server);
    const pipelined = [requestText('/', 'one'), requestText('/', 'one'), requestText('/', 'two')];
    client.write(`${pipelined.join('')}${requestText('/', '"', ['Connection: close'])}`);
    const text = await client.closed;
    const statuses = text.match(/HTTP\/1.1 \d+/gu);
    expect(statuses).toEqual([...Array(3).fill('HTTP/1.1 200'), 'HTTP/1.1 400']);
    expect(text.match(/idempotent-replayed: true/gu)).toHaveLength(1);
    const old = wire(server);
    old.write(requestText('/', 'one').replace('HTTP/1.1', 'HTTP/1.0'));
    expect(await old.closed).toMatch(/idempotent-replayed: true[\s\S]*\r\n\r\npart whole$/u);
  });

  it('of characters that JSON escapes is kept to the byte', async () => {
    const body = Buffer.alloc(600_000, Buffer.from('\x01\x1b\n'));
    const server = await serve(
      idempotent(await publicOptions(), (_request, response) => void response.end(body)),
    );
    await send(server.url, '/', 'one');
    const second = await send(server.url, '/', 'one');
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(second.body.equals(body)).toBe(true);
  });
});

describe('a request to node:http', () => {
  it('that is too large is told so, and its connection is as good as before', async () => {
    const options = { ...(await publicOptions()), maxRequestBody: 100_000 };
    const server = await serve(idempotent(options, (_request, response) => void response.end('x')));
    const client = wire(server);
    client.write(requestText('/', 'one', [], 'x'.repeat(3_000_000)));
    client.write(requestText('/', 'two', ['Connection: close']));
    const text = await client.closed;
    expect(text.match(/HTTP\/1.1 \d+/gu)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
  });

  it('has its body as long as its handler, also where its client is gone', async () => {
    const [claiming, claimed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const [gone, read] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()];
    const claim = (store: Store): Partial<Store> => ({
      claim: async (request) => {
        claiming.resolve();
        await claimed.promise;
        return store.claim(request);
      },
    });
    const ledger = await memoryLedger({}, claim);
    const guarded = idempotent({ ledger, scope }, async (_request, response, body) => {
      read.resolve(await body.bytes().then(({ length }) => length, String));
      response.end();
    });
    const server = await serve((request, response) => {
      guarded(request, response);
      response.once('close', gone.resolve);
    });
    const { leave } = begin(server.url, '/', 'one', { body: Buffer.alloc(3_000_000) });
    await claiming.promise;
    leave();
    await gone.promise;
    claimed.resolve();
    expect(await read.promise).toBe(3_000_000);
  });

  it('that comes to a ledger that is closed is told to come again', async () => {
    const ledger = await memoryLedger();
    const server = await serve(
      idempotent({ ledger, scope }, (_request, response) => void response.end('x')),
    );
    await ledger.close();
    const got = await send(server.url, '/', 'one');
    expect(got.status).toBe(503);
    expect(json(got)).toMatchObject({ code: 'store-unavailable' });
  });

  it('of nobody has no key', async () => {
    const options = { ...(await publicOptions()), scope: () => '' };
    const server = await serve(idempotent(options, (_request, response) => void response.end('x')));
    expect((await send(server.url, '/', 'one')).status).toBe(500);
  });
});

describe('a store that goes away while a request is handled', () => {
  it.each([
    ['small', 10],
    ['large', 600_000],
  ])(
    'does not keep its client from its answer, and it is never handled again: a %s one',
    async (_size, size) => {
      let isGone = false;
      let effects = 0;
      const unlessGone = <Reply>(ask: () => Promise<Reply>): Promise<Reply> => {
        const refused = Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' });
        return isGone ? Promise.reject(refused) : ask();
      };
      const ledger = await memoryLedger({}, (store) => ({
        claim: (request) => unlessGone(() => store.claim(request)),
        update: (request) => unlessGone(() => store.update(request)),
      }));
      const server = await serve(
        idempotent({ ledger, scope }, (_request, response) => {
          effects += 1;
          isGone = true;
          response.end(Buffer.alloc(size));
        }),
      );
      const first = await send(server.url, '/', 'one');
      expect([first.status, first.body.length]).toEqual([200, size]);
      isGone = false;
      const second = await send(server.url, '/', 'one');
      expect(second.status).toBe(size > 1000 ? 409 : 200);
      if (second.status === 409) expect(json(second)).toMatchObject({ code: 'response-not-kept' });
      expect(effects).toBe(1);
    },
  );
});
