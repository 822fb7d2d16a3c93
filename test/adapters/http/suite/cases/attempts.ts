import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../../../src/once/ledger.ts';
import { begin, json } from '../client.ts';
import type { Suite } from '../describe-mount.ts';

/** What happens where a handler does not end well. */
export function attempts({ start, mount }: Suite): void {
  describe('a handler', () => {
    it.each([
      ['threw', '/throws', mount.isRemote ? 502 : 500],
      ['answered 504', '/gateway', 504],
    ])('that %s leaves its outcome unknown, and is not run again', async (_, path, status) => {
      const { post, world } = await (await start())();
      expect((await post(path, 'one')).status).toBe(status);
      const second = await post(path, 'one');
      expect(second.status).toBe(409);
      expect(second.headers['stripe-should-retry']).toBe('false');
      expect(json(second)).toMatchObject({ code: 'outcome-unknown', retryable: false });
      expect(world.count(path)).toBe(1);
    });

    it('that threw what another server said leaves its outcome unknown', async () => {
      const { post, world } = await (await start())();
      expect([500, 502, 503]).toContain((await post('/throws-503', 'one')).status);
      const second = await post('/throws-503', 'one');
      expect(second.status).toBe(409);
      expect(json(second)).toMatchObject({ code: 'outcome-unknown' });
      expect(world.count('/throws-503')).toBe(1);
    });

    it('that threw is run again, where that is asked for', async () => {
      const { post, world } = await (await start())({ ifInterrupted: 'rerun' });
      const status = mount.isRemote ? 502 : 500;
      expect((await post('/throws', 'one')).status).toBe(status);
      expect((await post('/throws', 'one')).status).toBe(status);
      expect(world.count('/throws')).toBe(2);
    });

    it('that threw is looked for, where a function can', async () => {
      const seen: unknown[] = [];
      const { post, world } = await (await start())({
        ifInterrupted: ({ method, path }) => {
          seen.push(`${method} ${path}`);
          return { happened: true, value: { status: 201, body: { found: true } } };
        },
      });
      expect((await post('/throws', 'one')).status).toBe(mount.isRemote ? 502 : 500);
      const second = await post('/throws', 'one');
      expect(second.status).toBe(201);
      expect(second.headers['content-type']).toBe('application/json');
      expect(json(second)).toEqual({ found: true });
      expect(seen).toEqual(['POST /throws']);
      expect(world.count('/throws')).toBe(1);
    });

    it.skipIf(mount.isRemote)(
      'that threw between its steps goes on after the last one',
      async () => {
        const { post, world } = await (await start())({ steps: true });
        expect((await post('/steps', 'one')).status).toBe(500);
        const second = await post('/steps', 'one');
        expect(second.status).toBe(201);
        expect(json(second)).toEqual({ a: 1, b: 1 });
        expect(world.count('/steps a')).toBe(1);
      },
    );

    it.skipIf(mount.isRemote)('knows its key, and gives others that follow from it', async () => {
      const { post } = await (await start())();
      const got = json(await post('/idem', '"a key"'));
      expect(got).toMatchObject({ key: 'a key', attempt: 1 });
      expect(got['charge']).toMatch(/^[\w-]{43}$/u);
    });

    it('whose process died is never run again by itself', async () => {
      const serve = await start();
      const dying = await serve({ dead: true });
      const { leave } = begin(dying.url, '/gate', 'one');
      await dying.world.waiting('/gate');
      leave();
      const { post, world } = await serve();
      const got = await post('/gate', 'one');
      expect(got.status).toBe(409);
      expect(json(got)).toMatchObject({ code: 'outcome-unknown' });
      expect(world.count('/gate')).toBe(0);
      dying.world.open('/gate');
    });

    it('runs on when its client goes, and its answer is there when it comes again', async () => {
      const { url, post, world } = await (await start())();
      const { leave } = begin(url, '/gate', 'one');
      await world.waiting('/gate');
      leave();
      world.open('/gate');
      const second = await post('/gate', 'one');
      expect(second.status).toBe(201);
      expect(json(second)).toEqual({ id: 1 });
      expect(world.count('/gate')).toBe(1);
    });

    it('that streams runs on when its client goes', async () => {
      const { url, post, world } = await (await start())();
      const { leave, response } = begin(url, '/slow-stream', 'one');
      await world.waiting('/slow-stream');
      await Promise.race([response, new Promise((resolve) => setImmediate(resolve))]);
      leave();
      world.open('/slow-stream');
      const second = await post('/slow-stream', 'one');
      expect(second.status).toBe(200);
      expect(second.body.toString()).toBe(`begin 1\n${'x'.repeat(100_000)}\nend\n`);
      expect(world.count('/slow-stream')).toBe(1);
    });

    it.skipIf(mount.isRemote)(
      'whose transaction could not be committed is not believed',
      async () => {
        const { post } = await (await start())({ ledger: uncommitted(), transaction: {} });
        const got = await post('/text', 'one');
        expect(got.status).toBe(500);
        expect(got.body.toString()).not.toContain('number');
      },
    );
  });
}

/** A ledger whose database refuses every commit. */
function uncommitted(): Ledger {
  const ledger = {
    namespace: 'test',
    mannerOf() {},
    async transaction(_db: object, _call: object, work: (tx: object) => Promise<unknown>) {
      await work({});
      throw new Error('could not commit');
    },
  };
  return ledger as unknown as Ledger;
}
