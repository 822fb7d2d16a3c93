// What Express makes of a handler: its client and the record get the same answer.
import express, { type Express, type RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { idempotency } from '../../../../src/adapters/http/mounts/express.ts';
import { json, send } from '../suite/client.ts';
import { memoryLedger, publicOptions, type Served, serve } from './serve.ts';

const NO_BODY = { body: '', headers: { 'content-type': 'text/plain' } };

const throws: RequestHandler = () => {
  throw new Error('the handler threw');
};

function app(setUp: (app: Express) => void): Promise<Served> {
  const made = express();
  made.set('env', 'test');
  setUp(made);
  return serve(made);
}

describe('an answer of Express', () => {
  it('is not changed by what is thrown after it', async () => {
    const thrown = Promise.withResolvers<void>();
    const ledger = await memoryLedger({}, (store) => ({
      update: async (request) => {
        await thrown.promise;
        return store.update(request);
      },
    }));
    const server = await app((made) => {
      made.post('/', idempotency({ ledger, scope: 'public' }), (_request, response) => {
        response.status(201).json({ id: 1 });
        setTimeout(thrown.resolve, 50);
        throw new Error('after the answer');
      });
    });
    const first = await send(server.url, '/', 'one', NO_BODY);
    const second = await send(server.url, '/', 'one', NO_BODY);
    expect([first.status, json(first)]).toEqual([201, { id: 1 }]);
    expect(first.headers['content-security-policy']).toBeUndefined();
    expect([second.status, second.body]).toEqual([201, first.body]);
  });

  it.each<[string, (made: Express, guard: RequestHandler) => void]>([
    [
      'a route of two methods',
      (made, guard) => made.route('/').post(guard, throws).patch(guard, throws),
    ],
    ['a route of all methods', (made, guard) => made.all('/', guard, throws)],
    [
      'app.use() behind a route that passed it on',
      (made, guard) => {
        made.post('/', (_request, _response, next) => next()).patch('/', (_1, _2, next) => next());
        made.use(guard).post('/', throws).patch('/', throws);
      },
    ],
  ])('that was thrown is no answer, in %s', async (_where, setUp) => {
    const guard = idempotency(await publicOptions());
    const server = await app((made) => setUp(made, guard));
    for (const method of ['POST', 'PATCH']) {
      expect((await send(server.url, '/', 'one', { method, ...NO_BODY })).status).toBe(500);
      const second = await send(server.url, '/', 'one', { method, ...NO_BODY });
      expect(json(second)).toMatchObject({ status: 409, code: 'outcome-unknown' });
    }
  });
});

describe('a body that Express has no more of than its parser made', () => {
  it.each([
    ['a number that is none', 'application/json', '{"amount":1e999}'],
    ['half a character', 'application/json', '{"name":"\\ud800"}'],
    ['a depth that nobody needs', 'application/json', '['.repeat(5000) + ']'.repeat(5000)],
    ['a form without a field', 'application/x-www-form-urlencoded', '&'],
    ['a type that nobody reads', 'text/plain', 'amount 5'],
    ['parts', 'multipart/form-data; boundary=x', '--x--'],
  ])('is refused where another one could not be told from it: %s', async (_what, type, body) => {
    const guard = idempotency(await publicOptions());
    let effects = 0;
    const server = await app((made) => {
      made.use(express.json(), express.urlencoded());
      made.post('/', guard, (_request, response) => void response.json({ effects: ++effects }));
    });
    const got = await send(server.url, '/', 'one', { body, headers: { 'content-type': type } });
    expect(json(got)).toMatchObject({ status: 400, code: 'body-not-comparable' });
    expect(effects).toBe(0);
  });
});
