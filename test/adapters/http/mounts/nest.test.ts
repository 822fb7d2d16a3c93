import 'reflect-metadata';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import {
  Controller,
  type ExecutionContext,
  type INestApplication,
  Module,
  type NestInterceptor,
  Post,
  Put,
  Req,
  RequestTimeoutException,
  Res,
  StreamableFile,
  UnprocessableEntityException,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { from, throwError, timeout } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { idem, idempotency, type NestRequest } from '../../../../src/adapters/http/mounts/nest.ts';
import { openLedgers } from '../../../support/ledgers.ts';
import { TEST_STORES } from '../../../support/stores.ts';
import { begin, json, send } from '../suite/client.ts';
import { describeMount } from '../suite/describe-mount.ts';
import type { Reply, Routes, TestMount } from '../suite/mount.ts';
import { World } from '../suite/routes.ts';

type Interceptor = ReturnType<typeof idempotency>;
type Platform = 'Express' | 'Fastify';

/** The part of both platforms' responses by which a handler says all but the body. */
interface Head {
  status(status: number): unknown;
  header(name: string, value: string | string[]): unknown;
}

/** On Express the bytes are kept; on Fastify what its parser makes of them is seen. */
function mountOn(platform: Platform): TestMount {
  return {
    name: `Nest (${platform})`,
    sees: platform === 'Express' ? 'raw' : 'parsed',
    async serve(routes, options) {
      const keyed = idempotency({
        ...options,
        scope: (request) => String(request.headers['x-user']),
      });
      return listen(platform, controllerOf(routes, keyed));
    },
  };
}

/** Decorators by hand: the transformer of the tests has none. */
function controllerOf(routes: Routes, keyed: Interceptor): new () => object {
  class Routed {}
  for (const [route, handler] of Object.entries(routes)) {
    const [method = '', path = ''] = route.split(' ');
    const value = async (request: { body: unknown }, response: Head) =>
      answer(response, await handler({ idem: idem(request), body: request.body }));
    decorate(Routed, route, value, method === 'PUT' ? Put(path) : Post(path), keyed);
  }
  Controller()(Routed);
  return Routed;
}

function decorate(
  type: new () => object,
  name: string,
  value: unknown,
  route: MethodDecorator,
  ...interceptors: NestInterceptor[]
): void {
  const descriptor = { value, configurable: true, writable: true };
  Object.defineProperty(type.prototype, name, descriptor);
  Req()(type.prototype, name, 0);
  Res({ passthrough: true })(type.prototype, name, 1);
  route(type.prototype, name, descriptor);
  UseInterceptors(...interceptors)(type.prototype, name, descriptor);
}

function answer(response: Head, { status, headers = {}, body }: Reply): unknown {
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.header(name, value);
  const isFile = body instanceof Readable || body instanceof Uint8Array;
  return isFile ? new StreamableFile(body as Readable) : body;
}

async function listen(
  platform: Platform,
  controller: new () => object,
): Promise<{ app: INestApplication; url: string; close(): Promise<void> }> {
  class App {}
  Module({ controllers: [controller] })(App);
  const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter();
  const rawBody = platform === 'Express';
  const app = await NestFactory.create(App, adapter, {
    logger: false,
    rawBody,
    forceCloseConnections: true,
  });
  await app.listen(0, '127.0.0.1');
  onTestFinished(() => app.close());
  return { app, url: await app.getUrl(), close: () => app.close() };
}

describeMount(mountOn('Express'));
describeMount(mountOn('Fastify'));

describe.each(['Express', 'Fastify'] as const)('a handler of Nest (%s)', (platform) => {
  it('is behind its guards, who say whose keys they are', async () => {
    const seen: unknown[] = [];
    const keyed = await keyedBy({
      scope: (request: NestRequest & { user?: string }) => {
        seen.push(request.user);
        return String(request.user);
      },
    });
    const canActivate = (context: ExecutionContext) => {
      const request = context.switchToHttp().getRequest();
      request.user = request.headers['x-user'];
      return request.user === 'ada';
    };
    const type = controllerWith(() => ({ id: 1 }), keyed);
    UseGuards({ canActivate })(type);
    const { url } = await listen(platform, type);
    expect((await send(url, '/orders', 'one', { user: 'eve' })).status).toBe(403);
    expect((await send(url, '/orders', 'one')).headers['idempotent-replayed']).toBeUndefined();
    expect((await send(url, '/orders', 'one', { user: 'eve' })).status).toBe(403);
    expect((await send(url, '/orders', 'one')).headers['idempotent-replayed']).toBe('true');
    expect(seen).toEqual(['ada', 'ada']);
  });

  it('that refuses by an exception has its refusal kept', async () => {
    let runs = 0;
    const refuse = () => {
      throw new UnprocessableEntityException(`run ${++runs}`);
    };
    const { url } = await listen(platform, controllerWith(refuse, await keyedBy()));
    const first = await send(url, '/orders', 'one');
    const second = await send(url, '/orders', 'one');
    expect(second.status).toBe(422);
    expect(json(second)).toMatchObject({ message: 'run 1' });
    expect(second.body).toEqual(first.body);
  });

  it('that was given up is left unknown, whatever was answered', async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const limit: NestInterceptor = {
      intercept: (_context, next) =>
        next
          .handle()
          .pipe(
            timeout({ first: 20, with: () => throwError(() => new RequestTimeoutException()) }),
          ),
    };
    const type = controllerWith(() => promise, limit, await keyedBy());
    const { url } = await listen(platform, type);
    expect((await send(url, '/orders', 'one')).status).toBe(408);
    resolve({});
    expect(json(await send(url, '/orders', 'one'))).toMatchObject({ code: 'outcome-unknown' });
  });

  it('that gives an Observable runs on when its client goes', async () => {
    const world = new World();
    const later = async () => {
      await world.wait('/orders');
      return { id: world.happen('/orders') };
    };
    const type = controllerWith(() => from(later()), await keyedBy());
    const { app, url } = await listen(platform, type);
    const server: Server = app.getHttpServer();
    const left = once(server, 'connection').then(([socket]) => once(socket as Socket, 'close'));
    const { leave } = begin(url, '/orders', 'one');
    await world.waiting('/orders');
    leave();
    await left;
    world.open('/orders');
    const got = await send(url, '/orders', 'one');
    expect(json(got)).toEqual({ id: 1 });
    expect(got.headers['idempotent-replayed']).toBe('true');
  });
});

describe('an interceptor of Nest', () => {
  it('lets all pass that is no HTTP', async () => {
    const keyed = await keyedBy();
    const result = from([1]);
    const context = { getType: () => 'rpc', switchToHttp: () => assert.fail() };
    expect(keyed.intercept(context, { handle: () => result })).toBe(result);
  });
});

async function keyedBy(
  options: Partial<Parameters<typeof idempotency>[0]> = {},
): Promise<Interceptor> {
  const [memory] = TEST_STORES;
  if (memory === undefined) throw new Error('there is no store');
  const ledger = await (await openLedgers(memory)).open();
  return idempotency({ ledger, scope: 'public', ...options });
}

/** One route, `POST /orders`. */
function controllerWith(
  handler: () => unknown,
  ...interceptors: NestInterceptor[]
): new () => object {
  class Routed {}
  decorate(Routed, 'orders', handler, Post('orders'), ...interceptors);
  Controller()(Routed);
  return Routed;
}
