import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  FinalError,
  idempotent,
  NothingHappened,
} from '../../../../../src/adapters/http/mounts/web.ts';
import type { Ledger } from '../../../../../src/once/ledger.ts';
import { memoryLedger } from '../../../../support/memory-ledger.ts';

/** A handler with its key, called again and again, and how often it ran. */
function serve(
  answer: (run: number) => Response | Promise<Response>,
  ledger: Ledger = memoryLedger(),
): { call: () => Promise<Response>; runs: () => number } {
  let runs = 0;
  const handle = idempotent({ ledger, scope: 'public' }, () => answer(++runs));
  const init = { method: 'POST', headers: { 'idempotency-key': '"one"' } };
  return { call: () => handle(new Request('http://h/x', init)), runs: () => runs };
}

/** A body whose end comes when the gate is opened. */
function gated(): { body: ReadableStream; end(): void; fail(error: Error): void } {
  const gate = Promise.withResolvers<void>();
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.from('begin ')),
    async pull(controller) {
      await gate.promise;
      controller.enqueue(Buffer.from('end'));
      controller.close();
    },
  });
  return { body, end: gate.resolve, fail: gate.reject };
}

describe('the response of a fetch handler', () => {
  it('is sent with all its headers, and replayed without its session', async () => {
    const { call } = serve(() => {
      const headers = new Headers({ etag: '"1"' });
      for (const value of ['</a>; rel="prev"', '</b>; rel="next"']) headers.append('link', value);
      for (const value of ['a=1', 'b=2']) headers.append('set-cookie', value);
      return new Response('ok', { status: 201, statusText: 'Made', headers });
    });
    const first = await call();
    expect(first.statusText).toBe('Made');
    expect(first.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(first.headers.get('idempotency-key')).toBe('"one"');
    const second = await call();
    expect(second.headers.getSetCookie()).toEqual([]);
    expect(second.headers.get('link')).toBe('</a>; rel="prev", </b>; rel="next"');
    expect(second.headers.get('link')).toBe(first.headers.get('link'));
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it('may be one whose headers cannot be changed', async () => {
    const { call, runs } = serve(() => Response.redirect('http://h/y', 303));
    expect((await call()).headers.get('idempotency-key')).toBe('"one"');
    const second = await call();
    expect([second.status, second.headers.get('location')]).toEqual([303, 'http://h/y']);
    expect(runs()).toBe(1);
  });

  it.each([204, 205, 304])('of status %i has no body, also when it is replayed', async (status) => {
    const { call, runs } = serve(() => new Response(null, { status }));
    for (const response of [await call(), await call()]) {
      expect([response.status, response.body]).toEqual([status, null]);
    }
    expect(runs()).toBe(1);
  });

  it('begins to go out before its end is there', async () => {
    const { body, end } = gated();
    const { call } = serve(() => new Response(body));
    const first = await call();
    const reader = first.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('begin ');
    end();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('end');
    expect((await reader?.read())?.done).toBe(true);
    expect(await (await call()).text()).toBe('begin end');
  });

  it('does not end before it is recorded', async () => {
    const saved = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const ledger = memoryLedger((store) => ({
      async update(request) {
        asked.resolve();
        await saved.promise;
        return store.update(request);
      },
    }));
    const { body, end } = gated();
    const { call } = serve(() => new Response(body), ledger);
    const text = (await call()).text();
    let isWhole = false;
    text.then(() => {
      isWhole = true;
    });
    end();
    await asked.promise;
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(isWhole).toBe(false);
    saved.resolve();
    expect(await text).toBe('begin end');
  });

  it('is cut off where another attempt has its key by the time it ends', async () => {
    const { body, end } = gated();
    const { call } = serve(
      () => new Response(body),
      memoryLedger(() => ({ update: async () => undefined })),
    );
    const { body: sent } = await call();
    end();
    await expect(sent?.pipeTo(new WritableStream())).rejects.toThrow('not recorded');
  });

  it('is read to its end where its reader goes', async () => {
    const { body, end } = gated();
    const { call, runs } = serve(() => new Response(body));
    await (await call()).body?.cancel();
    end();
    expect(await (await call()).text()).toBe('begin end');
    expect(runs()).toBe(1);
  });

  it('is read to its end where its reader goes without having read', async () => {
    const chunk = Buffer.alloc(40_000, 'x');
    const { call } = serve(() => new Response(ReadableStream.from(Array(10).fill(chunk))));
    await (await call()).body?.cancel();
    expect((await (await call()).text()).length).toBe(400_000);
  });

  it('whose body breaks leaves its outcome unknown', async () => {
    const { body, fail } = gated();
    const { call, runs } = serve(() => new Response(body));
    const first = await call();
    fail(new Error('the source broke'));
    await expect(first.text()).rejects.toThrow('the source broke');
    expect(await (await call()).json()).toMatchObject({ code: 'outcome-unknown' });
    expect(runs()).toBe(1);
  });

  it('whose body breaks before it goes out is an error of the handler', async () => {
    const body = new ReadableStream({
      start: (controller) => controller.error(new Error('broke')),
    });
    const { call } = serve(() => new Response(body));
    await expect(call()).rejects.toThrow('broke');
    expect(await (await call()).json()).toMatchObject({ code: 'outcome-unknown' });
  });

  it('is passed on as it is where it is an error of the network, which says nothing', async () => {
    const error = Response.error();
    const { call } = serve(() => error);
    expect(await call()).toBe(error);
    expect(await (await call()).json()).toMatchObject({ code: 'outcome-unknown' });
  });

  it('that streams events is refused, and its source told', async () => {
    const cancelled = Promise.withResolvers<void>();
    const body = new ReadableStream({ cancel: () => cancelled.resolve() });
    const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
    const { call } = serve(() => new Response(body, { headers }));
    expect(await (await call()).json()).toMatchObject({ code: 'events-not-kept' });
    await cancelled.promise;
    expect(await (await call()).json()).toMatchObject({ code: 'outcome-unknown' });
  });
});

describe('a fetch handler that throws', () => {
  it('throws the same to its framework, and is not run again', async () => {
    const error = new Error('the handler threw');
    const { call, runs } = serve(() => Promise.reject(error));
    await expect(call()).rejects.toBe(error);
    expect((await call()).status).toBe(409);
    expect(runs()).toBe(1);
  });

  it.each([
    ['nothing happened', new NothingHappened('not today')],
    [
      'no connection was made',
      Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' }),
    ],
  ])('because %s is run again', async (_, error) => {
    const { call, runs } = serve((run) => {
      if (run === 1) throw error;
      return new Response('ok');
    });
    await expect(call()).rejects.toBe(error);
    expect(await (await call()).text()).toBe('ok');
    expect(runs()).toBe(2);
  });

  it('for good is answered with 500 from then on', async () => {
    const { call, runs } = serve(() => {
      throw new FinalError('never');
    });
    await expect(call()).rejects.toThrow('never');
    const second = await call();
    expect([second.status, await second.text()]).toEqual([500, '']);
    expect(runs()).toBe(1);
  });
});
