import { describe, expect, it } from 'vitest';
import { json } from '../client.ts';
import type { Suite } from '../describe-mount.ts';

/** What is one key, and whose. */
export function keys({ start, mount }: Suite): void {
  describe('a key', () => {
    it('is the same in quotes and bare', async () => {
      const { post, world } = await (await start())();
      const first = await post('/orders', '"a-key"');
      const second = await post('/orders', 'a-key');
      expect(first.status).toBe(201);
      expect(second.body).toEqual(first.body);
      expect(second.headers['idempotent-replayed']).toBe('true');
      expect(world.count('/orders')).toBe(1);
    });

    it('is told back as it came', async () => {
      const { post } = await (await start())();
      expect((await post('/orders', '"k1"')).headers['idempotency-key']).toBe('"k1"');
      expect((await post('/orders', 'k1')).headers['idempotency-key']).toBe('k1');
    });

    it.each(
      ['', ' ', '"', '"a" "b"', '"a", "b"', 'a b', 'a, b', 'a"b', 'x'.repeat(256), '?1', '""'].map(
        (key) => [key],
      ),
    )('that is %j is refused where it is none', async (key) => {
      const { post, world } = await (await start())();
      const got = await post('/orders', key);
      if (key === '?1') return expect(got.status).toBe(201);
      expect(got.status).toBe(400);
      expect(json(got)).toMatchObject({ code: 'key-invalid', error: { code: 'key-invalid' } });
      expect(world.count('/orders')).toBe(0);
    });

    it('that is in two lines is refused', async () => {
      const { post, world } = await (await start())();
      const got = await post('/orders', undefined, { headers: { 'idempotency-key': ['a', 'b'] } });
      expect(got.status).toBe(400);
      expect(world.count('/orders')).toBe(0);
    });

    it.skipIf(mount.isRemote)('may be missing, where it is not required', async () => {
      const { post, world } = await (await start())();
      expect((await post('/orders')).status).toBe(201);
      const { headers } = await post('/orders');
      expect(headers['idempotency-key']).toBeUndefined();
      expect(headers['idempotent-replayed']).toBeUndefined();
      expect(world.count('/orders')).toBe(2);
      const got = json(await post('/idem'));
      expect(got).toMatchObject({ key: null, attempt: 1 });
      expect(got['charge']).not.toBe(json(await post('/idem'))['charge']);
    });

    it('is asked for where it is required', async () => {
      const policyUrl = 'https://shop.example/keys';
      const { post, world } = await (await start())({ required: true, policyUrl });
      const got = await post('/orders');
      expect(got.status).toBe(400);
      expect(json(got)).toMatchObject({ code: 'key-missing', type: `${policyUrl}#key-missing` });
      expect(got.headers['link']).toContain(`<${policyUrl}>; rel="describedby"`);
      expect(world.count('/orders')).toBe(0);
    });

    it('means nothing in a method that is safe to repeat, unless that is asked for', async () => {
      const serve = await start();
      const plain = await serve();
      const put = { method: 'PUT' };
      await plain.post('/orders', 'put-key', put);
      await plain.post('/orders', 'put-key', put);
      expect(plain.world.count('/orders')).toBe(2);
      const guarded = await serve({ methods: ['POST', 'PUT'] });
      await guarded.post('/orders', 'put-key', put);
      await guarded.post('/orders', 'put-key', put);
      expect(guarded.world.count('/orders')).toBe(1);
    });

    it("is each user's own", async () => {
      const { post, world } = await (await start())();
      const ada = await post('/orders', 'one', { user: 'ada' });
      const bob = await post('/orders', 'one', { user: 'bob/../ada' });
      expect(json(ada)['id']).toBe(1);
      expect(json(bob)['id']).toBe(2);
      expect(world.count('/orders')).toBe(2);
    });

    it('of nobody is refused', async () => {
      const { post, world } = await (await start())();
      const got = await post('/orders', 'one', { user: '' });
      expect(got.status).toBe(mount.isRemote ? 400 : 500);
      expect(world.count('/orders')).toBe(0);
    });

    it('belongs to its path', async () => {
      const { post, world } = await (await start())();
      expect((await post('/orders', 'one')).status).toBe(201);
      expect((await post('/other', 'one')).status).toBe(201);
      expect(world.count('/other')).toBe(1);
    });

    it('of one order is never taken for that of another', async () => {
      const { post, world } = await (await start())();
      expect((await post('/orders/1/refund', 'one')).status).toBe(201);
      const second = await post('/orders/2/refund', 'one');
      expect(second.headers['idempotent-replayed']).toBeUndefined();
      expect([201, 422]).toContain(second.status);
      expect(world.count('/refund')).toBe(second.status === 201 ? 2 : 1);
    });

    it('with the same body and another key is another request', async () => {
      const { post, world } = await (await start())();
      await post('/orders', 'one');
      await post('/orders', 'two');
      expect(world.count('/orders')).toBe(2);
    });

    it('that stood for another body is refused', async () => {
      const { post, world } = await (await start())();
      await post('/orders', 'one', { body: { amount: 1 } });
      const got = await post('/orders', 'one', { body: { amount: 2 } });
      expect(got.status).toBe(422);
      expect(got.headers['content-type']).toContain('application/problem+json');
      expect(got.headers['stripe-should-retry']).toBe('false');
      expect(json(got)).toMatchObject({ code: 'key-reused', error: { type: 'idempotency_error' } });
      expect(world.count('/orders')).toBe(1);
    });

    it('that stood for another query is refused, and in another order it is the same', async () => {
      const { post, world } = await (await start())();
      await post('/orders?a=1&b=2', 'one');
      expect((await post('/orders?b=2&a=1', 'one')).headers['idempotent-replayed']).toBe('true');
      expect((await post('/orders?b=2&a=3', 'one')).status).toBe(422);
      expect(world.count('/orders')).toBe(1);
    });

    it('sees the body as its mount can', async () => {
      const { post } = await (await start())();
      await post('/orders', 'one', { body: '{"a":1,"b":2}' });
      const spaced = await post('/orders', 'one', { body: '{ "b": 2, "a": 1 }' });
      expect(spaced.status).toBe(mount.sees === 'raw' ? 422 : 201);
    });

    it("is told in Stripe's words, where that is asked for", async () => {
      const { post } = await (await start())({ dialect: 'stripe' });
      await post('/orders', 'one', { body: { amount: 1 } });
      const got = await post('/orders', 'one', { body: { amount: 2 } });
      expect(got.status).toBe(400);
      expect(json(got)).toMatchObject({ error: { type: 'idempotency_error' } });
    });
  });
}
