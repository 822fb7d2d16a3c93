// NestJS with @node-idempotency/nestjs and its Redis adapter, as its README says; decorators as calls.
import { createRequire } from 'node:module';
import { order, ready, told } from './control.mjs';

const load = createRequire(new URL('../../peers/package.json', import.meta.url));
load('reflect-metadata');
const { Body, Controller, Module, Post } = load('@nestjs/common');
const { NestFactory } = load('@nestjs/core');
const { Idempotent, NodeIdempotencyModule } = load('@node-idempotency/nestjs');

class Orders {
  place(_body) {
    return order();
  }
}
const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, 'place');
Post('orders')(Orders.prototype, 'place', descriptor);
Body()(Orders.prototype, 'place', 0);
Controller()(Orders);
const isGuarded = told.guard !== 'none';
if (isGuarded) Idempotent()(Orders);

const storage = { adapter: 'redis', options: { url: told.redis } };

class App {}
Module({
  imports: isGuarded ? [NodeIdempotencyModule.forRootAsync({ storage })] : [],
  controllers: [Orders],
})(App);

const app = await NestFactory.create(App, { logger: false });
await app.listen(0, '127.0.0.1');
ready(app.getHttpServer());
