// @node-idempotency/nestjs with its Redis adapter, as its README says; decorators as calls.
import { Readable } from 'node:stream';
import { BINARY, effect, LARGE, LINES, load, newId, port, redis } from './routes.mjs';

load('reflect-metadata');
const common = load('@nestjs/common');
const { NestFactory } = load('@nestjs/core');
const { Idempotent, NodeIdempotencyModule } = load('@node-idempotency/nestjs');

class Routes {
  async orders(request, response) {
    await effect();
    const id = newId();
    response.location(`/orders/${id}`);
    return { id, user: request.get('authorization') };
  }

  async refunds() {
    await effect();
    return { refund: newId() };
  }

  async stream() {
    await effect();
    return new common.StreamableFile(Readable.from(LINES), { type: 'text/plain' });
  }

  async binary() {
    await effect();
    return new common.StreamableFile(BINARY, { type: 'application/octet-stream' });
  }

  async empty() {
    await effect();
  }

  async large() {
    await effect();
    return newId() + LARGE;
  }

  async fails() {
    await effect();
    throw new common.HttpException({ error: newId() }, 500);
  }

  async throws() {
    await effect();
    throw new Error('after its effect');
  }
}

for (const name of Object.getOwnPropertyNames(Routes.prototype)) {
  if (name === 'constructor') continue;
  const descriptor = Object.getOwnPropertyDescriptor(Routes.prototype, name);
  common.Post(name)(Routes.prototype, name, descriptor);
  common.HttpCode({ orders: 201, refunds: 201, empty: 204 }[name] ?? 200)(
    Routes.prototype,
    name,
    descriptor,
  );
  common.Req()(Routes.prototype, name, 0);
  common.Res({ passthrough: true })(Routes.prototype, name, 1);
}
common.Controller()(Routes);
Idempotent()(Routes);

const storage = { adapter: 'redis', options: { url: redis } };

class App {}
common.Module({
  imports: [NodeIdempotencyModule.forRootAsync({ storage })],
  controllers: [Routes],
})(App);

const app = await NestFactory.create(App, { logger: false });
await app.listen(Number(port), '127.0.0.1');
