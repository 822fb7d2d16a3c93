import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Store } from '../../../src/once/store/types.ts';
import { sqliteStore } from '../../../src/stores/sqlite/index.ts';
import { Mounts, mounted } from '../../support/files-mounts.ts';

const mounts = new Mounts();
afterAll(() => mounts.close());

const KB = 1024;
const TEXT = 'x'.repeat(20 * KB);

/** Claims and finishes one id after the other until the store refuses. */
async function fill(store: Store, done: string[]): Promise<unknown> {
  const times = { leaseMs: 1000, keepMs: Number.POSITIVE_INFINITY, rememberMs: 0 };
  for (let index = done.length; index < 1000; index++) {
    const id = `key-${index}`;
    try {
      await store.claim({ id, owner: 'me', fingerprint: 'f', ...times });
      const result = { codec: 'json', text: TEXT };
      await store.update({ id, owner: 'me', state: 'done', result });
      done.push(id);
    } catch (error) {
      return error;
    }
  }
  return 'it is never full';
}

async function expectAll(store: Store, done: readonly string[]): Promise<void> {
  for (const id of done) {
    expect((await store.read(id))?.record, id).toMatchObject({
      state: 'done',
      result: { text: TEXT },
    });
  }
}

it('a full disk: the caller is told, nothing that was acknowledged is lost, and it goes on', async (context) => {
  const folder = mounted(context, mounts.tmpfs(2048 * KB));
  const [path, filler] = [join(folder, 'ledger.db'), join(folder, 'filler')];
  writeFileSync(filler, Buffer.alloc(600 * KB));
  const store = await sqliteStore(path);
  const done: string[] = [];
  expect(String(await fill(store, done))).toMatch(/database or disk is full|disk I\/O error/);
  expect(done.length).toBeGreaterThan(5);
  await expectAll(store, done);

  const before = done.length;
  rmSync(filler);
  await fill(store, done);
  expect(done.length).toBeGreaterThan(before);
  await expectAll(store, done);
  await store.close();

  const again = await sqliteStore(path);
  await expectAll(again, done);
  await again.close();
});
