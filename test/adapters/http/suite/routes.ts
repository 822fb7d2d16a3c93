// What the suite's servers do. Each effect is counted.
import { Readable } from 'node:stream';
import { NothingHappened } from '../../../../src/once/errors.ts';
import type { Handler, Routes } from './mount.ts';

export const BINARY: Uint8Array = Uint8Array.of(255, 254, 0, 1, 128, 195, 40);
export const LARGE: Uint8Array = Buffer.alloc(1_500_000, '0123456789abcdef\xff', 'latin1');

/** How often each path's handler had its effect, and gates that handlers wait at. */
export class World {
  readonly effects: Map<string, number> = new Map<string, number>();
  readonly #gates = new Map<string, PromiseWithResolvers<void>[]>();
  readonly #arrivals = new Map<string, PromiseWithResolvers<void>>();

  happen(path: string): number {
    const count = this.count(path) + 1;
    this.effects.set(path, count);
    return count;
  }

  count(path: string): number {
    return this.effects.get(path) ?? 0;
  }

  /** Waits until the test opens the gate. */
  async wait(name: string): Promise<void> {
    const gate = Promise.withResolvers<void>();
    this.#gates.set(name, [...(this.#gates.get(name) ?? []), gate]);
    this.#arrival(name).resolve();
    await gate.promise;
  }

  /** Fulfilled when a handler waits at the gate. */
  async waiting(name: string): Promise<void> {
    await this.#arrival(name).promise;
  }

  open(name: string): void {
    for (const gate of this.#gates.get(name) ?? []) gate.resolve();
    this.#gates.delete(name);
    this.#arrivals.delete(name);
  }

  #arrival(name: string): PromiseWithResolvers<void> {
    const known = this.#arrivals.get(name) ?? Promise.withResolvers<void>();
    this.#arrivals.set(name, known);
    return known;
  }
}

/** The routes, each under its own path. */
export function routesOf(world: World): Routes {
  const effect = (path: string, answer: (count: number) => ReturnType<Handler>): Handler => {
    return () => answer(world.happen(path));
  };
  return {
    'POST /orders': ({ body }) => {
      const id = world.happen('/orders');
      return {
        status: 201,
        headers: { location: `/orders/${id}`, 'set-cookie': `session=${id}`, 'x-app': 'own' },
        body: { id, body, words: 'zwölf Boxkämpfer 🥊' },
      };
    },
    'PUT /orders': ({ idem }) => {
      const count = world.happen('/orders');
      return { status: 200, body: { count, key: idem.key ?? null } };
    },
    'POST /other': effect('/other', (id) => ({ status: 201, body: { id } })),
    'POST /orders/:id/refund': effect('/refund', (id) => ({ status: 201, body: { id } })),
    'POST /text': effect('/text', (id) => ({
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: `number ${id}: äöü`,
    })),
    'POST /stream': effect('/stream', (id) => ({
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: Readable.from(['one\n', 'two\n', `three ${id}\n`]),
    })),
    'POST /binary': effect('/binary', () => ({
      status: 200,
      headers: { 'content-type': 'application/octet-stream' },
      body: BINARY,
    })),
    'POST /empty': effect('/empty', () => ({ status: 204 })),
    'POST /large': effect('/large', () => ({
      status: 200,
      headers: { 'content-type': 'application/octet-stream' },
      body: LARGE,
    })),
    'POST /links': effect('/links', (id) => ({
      status: 200,
      headers: { link: ['</a>; rel="prev"', '</b>; rel="next"'], etag: `"${id}"` },
      body: { id },
    })),
    'POST /declined': effect('/declined', (id) => ({ status: 402, body: { id } })),
    'POST /fails': effect('/fails', (id) => ({ status: 500, body: { id } })),
    'POST /throws': effect('/throws', () => {
      throw new Error('the handler threw');
    }),
    'POST /throws-503': effect('/throws-503', () => {
      const status = 503;
      throw Object.assign(new Error('another server is busy'), { status, statusCode: status });
    }),
    'POST /refuses': effect('/refuses', () => {
      throw new NothingHappened('not today');
    }),
    'POST /nothing': ({ idem }) => {
      const id = world.happen('/nothing');
      if (id === 1) idem.nothingHappened();
      return { status: id === 1 ? 500 : 201, body: { id } };
    },
    'POST /busy': effect('/busy', (id) => ({ status: id === 1 ? 503 : 201, body: { id } })),
    'POST /conflict': effect('/conflict', (id) => ({ status: 409, body: { id } })),
    'POST /gateway': effect('/gateway', (id) => ({ status: 504, body: { id } })),
    'POST /events': () => ({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body: Readable.from(['data: 1\n\n']),
    }),
    'POST /gate': async () => {
      const id = world.happen('/gate');
      await world.wait('/gate');
      return { status: 201, body: { id } };
    },
    'POST /slow-stream': async () => {
      const id = world.happen('/slow-stream');
      return {
        status: 200,
        headers: { 'content-type': 'text/plain' },
        body: Readable.from(slowly(world, id)),
      };
    },
    'POST /idem': ({ idem }) => {
      const { key, attempt } = idem;
      return { status: 200, body: { key: key ?? null, attempt, charge: idem.keyFor('charge') } };
    },
    'POST /steps': async ({ idem }) => {
      const a = await idem.step('a', () => world.happen('/steps a'), { ifInterrupted: 'rerun' });
      if (world.happen('/steps') === 1) throw new Error('between two steps');
      const b = await idem.step('b', () => world.happen('/steps b'), { ifInterrupted: 'rerun' });
      return { status: 201, body: { a, b } };
    },
  };
}

async function* slowly(world: World, id: number): AsyncGenerator<string> {
  yield `begin ${id}\n`;
  await world.wait('/slow-stream');
  yield `${'x'.repeat(100_000)}\n`;
  yield 'end\n';
}
