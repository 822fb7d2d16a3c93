// Real processes that want the same keys at the same time.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { redisStore } from '../../../src/stores/redis/index.ts';
import { isRedisThere, Keys } from '../../support/redis.ts';
import type { Ended, Work } from '../../support/redis-child.ts';

const CHILD = fileURLToPath(new URL('../../support/redis-child.ts', import.meta.url));
const PROCESSES = 4;

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** So many processes do that work, begun at the same time; each wants the ids in another order. */
async function race(keys: Keys, kind: Work['kind'], ids: readonly string[]): Promise<Ended[]> {
  const children = Array.from({ length: PROCESSES }, (_, index) => {
    const from = Math.floor((ids.length * index) / PROCESSES);
    const turned = [...ids.slice(from), ...ids.slice(0, from)];
    const order = index % 2 === 0 ? turned : turned.reverse();
    const driver = index < PROCESSES / 2 ? 'ioredis' : 'node-redis';
    const { address, prefix } = keys;
    return start({ kind, address, prefix, driver, ids: order });
  });
  const lines = children.map(({ stdout }) =>
    createInterface({ input: stdout })[Symbol.asyncIterator](),
  );
  for (const line of lines) expect((await line.next()).value).toBe('ready');
  for (const { stdin } of children) stdin.end('go\n');
  const ended = await Promise.all(lines.map(async (line) => (await line.next()).value));
  await Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit')));
  return ended.map((line) => JSON.parse(String(line)) as Ended);
}

function start(work: Work): Child {
  const args = [CHILD, JSON.stringify(work)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

describe.runIf(await isRedisThere('races of processes in Redis'))('four processes', () => {
  const keys = new Keys();
  afterAll(() => keys.clear());
  const open = () => redisStore(keys.ioredis(), { prefix: keys.prefix });

  it('claim the same key a hundred times each: one wins', async () => {
    const ids = Array.from({ length: 100 }, () => 'one');
    const ended = await race(keys, 'claim', ids);
    expect(ended.flatMap(({ errors }) => errors)).toEqual([]);
    expect(ended.flatMap(({ won }) => won)).toEqual(['one']);
    const store = await open();
    expect((await store.read('one'))?.record).toMatchObject({ attempt: 1, state: 'done' });
  });

  it('claim the same 500 keys: each is won once', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `claim ${index}`);
    await expectWonOnce(await race(keys, 'claim', ids), ids, 1);
  });

  it('take over the same 500 keys of a dead process: each is won once', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `dead ${index}`);
    const store = await open();
    const dead = { owner: 'dead', fingerprint: 'f', leaseMs: 0, keepMs: 1, rememberMs: 1 };
    await Promise.all(ids.map((id) => store.claim({ id, ...dead })));
    await expectWonOnce(await race(keys, 'takeOver', ids), ids, 2);
  });

  it('call with the same 200 keys: each effect happens once, and all have its result', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `call ${index}`);
    const ended = await race(keys, 'call', ids);
    expect(ended.flatMap(({ errors }) => errors)).toEqual([]);
    const effects = await keys.admin.lrange(`${keys.prefix}effects`, 0, -1);
    const results = await keys.admin.lrange(`${keys.prefix}results`, 0, -1);
    expect(effects.sort()).toEqual([...ids].sort());
    expect([results.length, new Set(results).size]).toEqual([ids.length * PROCESSES, ids.length]);
  });

  async function expectWonOnce(
    ended: readonly Ended[],
    ids: readonly string[],
    attempt: number,
  ): Promise<void> {
    expect(ended.flatMap(({ errors }) => errors)).toEqual([]);
    expect(ended.flatMap(({ won }) => won).sort()).toEqual([...ids].sort());
    const store = await open();
    for (const id of ids) {
      const record = (await store.read(id))?.record;
      expect(record).toMatchObject({ state: 'done', attempt });
      expect(record?.owner).toBe(record?.result?.text);
    }
  }
});
