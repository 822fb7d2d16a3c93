import { describe, expect, it } from 'vitest';
import { json } from '../client.ts';
import type { Suite } from '../describe-mount.ts';
import { World } from '../routes.ts';

/** Requests that come at the same time. */
export function together({ start }: Suite): void {
  describe('requests at once', () => {
    it('with one key are handled once, and all get the answer', async () => {
      const { post, world } = await (await start())();
      const got = await Promise.all(Array.from({ length: 20 }, () => post('/orders', 'one')));
      expect(new Set(got.map(({ status }) => status))).toEqual(new Set([201]));
      expect(new Set(got.map(({ body }) => body.toString())).size).toBe(1);
      expect(got.filter(({ headers }) => headers['idempotent-replayed'])).toHaveLength(19);
      expect(world.count('/orders')).toBe(1);
    });

    it('at two servers are handled once', async () => {
      const serve = await start();
      const world = new World();
      const servers = [await serve({ world }), await serve({ world })];
      const got = await Promise.all(
        servers.flatMap(({ post }) => Array.from({ length: 10 }, () => post('/orders', 'one'))),
      );
      expect(new Set(got.map(({ body }) => body.toString())).size).toBe(1);
      expect(world.count('/orders')).toBe(1);
    });

    it('are told to come again, where nobody waits', async () => {
      const { post, world } = await (await start())({ wait: 0 });
      const first = post('/gate', 'one');
      await world.waiting('/gate');
      const second = await post('/gate', 'one');
      expect(second.status).toBe(409);
      expect(second.headers['retry-after']).toBe('1');
      expect(second.headers['stripe-should-retry']).toBeUndefined();
      expect(json(second)).toMatchObject({ code: 'in-progress', retryable: true });
      world.open('/gate');
      expect((await first).status).toBe(201);
      expect(world.count('/gate')).toBe(1);
    });

    it('with another body are refused while the first is handled', async () => {
      const { post, world } = await (await start())();
      const first = post('/gate', 'one');
      await world.waiting('/gate');
      expect((await post('/gate', 'one', { body: { amount: 9 } })).status).toBe(422);
      world.open('/gate');
      expect((await first).status).toBe(201);
    });

    it('that wait for an answer that is not kept are told so', async () => {
      const { post, world } = await (await start())({ maxResponseBody: 1_000_000 });
      const got = await Promise.all([post('/large', 'one'), post('/large', 'one')]);
      expect(got.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(world.count('/large')).toBe(1);
    });

    it('that wait get another turn where the first one did nothing', async () => {
      const { post, world } = await (await start())();
      const got = await Promise.all(Array.from({ length: 3 }, () => post('/busy', 'one')));
      expect(got.map(({ status }) => status).sort()).toEqual([201, 201, 503]);
      expect(world.count('/busy')).toBe(2);
    });
  });
}
