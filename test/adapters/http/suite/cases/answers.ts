import { describe, expect, it } from 'vitest';
import { type Got, json } from '../client.ts';
import type { Suite } from '../describe-mount.ts';
import { BINARY, LARGE } from '../routes.ts';

const OF_ONE_SENDING = new Set(['date', 'connection', 'keep-alive', 'set-cookie', 'x-app']);

/** What has to be the same in the second answer. */
function sameParts({ status, headers, body }: Got): unknown {
  const kept = Object.entries(headers).filter(
    ([name]) =>
      !OF_ONE_SENDING.has(name) &&
      !/^(transfer-encoding|content-length|idempotent-replayed)$/u.test(name),
  );
  return { status, headers: Object.fromEntries(kept), body };
}

/** How answers are kept and replayed. */
export function answers({ start, mount }: Suite): void {
  describe('an answer', () => {
    it.each([
      ['JSON with Location', '/orders', 201],
      ['text', '/text', 200],
      ['a stream', '/stream', 200],
      ['binary', '/binary', 200],
      ['no content', '/empty', 204],
      ['a large one', '/large', 200],
      ['a header of many values', '/links', 200],
      ['a refusal', '/declined', 402],
      ['a conflict', '/conflict', 409],
      ['a failure', '/fails', 500],
    ])('of %s is replayed to the byte', async (_, path, status) => {
      const { post, world } = await (await start())();
      const first = await post(path, 'one');
      const second = await post(path, 'one');
      expect(first.status).toBe(status);
      expect(sameParts(second)).toEqual(sameParts(first));
      expect(first.headers['idempotent-replayed']).toBeUndefined();
      expect(second.headers['idempotent-replayed']).toBe('true');
      expect(world.count(path)).toBe(1);
    });

    it('has the bytes that the handler wrote', async () => {
      const { post } = await (await start())();
      expect(new Uint8Array((await post('/binary', 'one')).body)).toEqual(BINARY);
      expect(new Uint8Array((await post('/binary', 'one')).body)).toEqual(BINARY);
      expect((await post('/large', 'two')).body.equals(LARGE)).toBe(true);
      expect((await post('/large', 'two')).body.equals(LARGE)).toBe(true);
      expect((await post('/stream', 'three')).body.toString()).toBe('one\ntwo\nthree 1\n');
      expect((await post('/stream', 'three')).body.toString()).toBe('one\ntwo\nthree 1\n');
    });

    it('has headers of its own kept, and never a session', async () => {
      const { post } = await (await start())({ headers: ['X-App', 'Set-Cookie'] });
      const first = await post('/orders', 'one');
      const second = await post('/orders', 'one');
      expect(first.headers['set-cookie']).toEqual(['session=1']);
      expect(second.headers['set-cookie']).toBeUndefined();
      expect(second.headers['x-app']).toBe('own');
    });

    it('that is too large to be kept is told, and its request never done again', async () => {
      const { post, world } = await (await start())({ maxResponseBody: 1_000_000 });
      expect((await post('/large', 'one')).body.equals(LARGE)).toBe(true);
      const second = await post('/large', 'one');
      expect(second.status).toBe(409);
      expect(json(second)).toMatchObject({ code: 'response-not-kept' });
      expect(world.count('/large')).toBe(1);
    });

    it('of server-sent events is refused by name', async () => {
      const { post } = await (await start())();
      const got = await post('/events', 'one');
      expect(got.status).toBe(500);
      expect(got.body.toString()).not.toContain('data:');
    });

    it.skipIf(mount.isRemote)('that says that nothing was done frees the key', async () => {
      const { post, world } = await (await start())();
      expect((await post('/busy', 'one')).status).toBe(503);
      expect((await post('/busy', 'one')).status).toBe(201);
      expect((await post('/busy', 'one')).headers['idempotent-replayed']).toBe('true');
      expect((await post('/nothing', 'one')).status).toBe(500);
      expect((await post('/nothing', 'one')).status).toBe(201);
      expect((await post('/refuses', 'one')).status).toBe(500);
      expect((await post('/refuses', 'one')).status).toBe(500);
      expect(world.count('/refuses')).toBe(2);
    });
  });
}
