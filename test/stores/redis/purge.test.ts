// A purge goes through all keys, a part with each call.
import { describe, expect, it } from 'vitest';
import type { RedisClient, RedisCommand } from '../../../src/clients/redis-client.ts';
import { Purge } from '../../../src/stores/redis/purge.ts';
import { scriptsOf } from '../../../src/stores/redis/scripts.ts';

const { purge } = await scriptsOf(7);

/** A server of so many empty pages; says which it was asked for. */
function pages(count: number, asked: string[]): (command: RedisCommand) => Promise<unknown> {
  return async ([name, cursor = '']) => {
    if (name === 'TIME') return ['1700000000', '0'];
    asked.push(cursor);
    const next = Number(cursor) + 1;
    return [next === count ? '0' : String(next), []];
  };
}

function clientOf(...nodes: ((command: RedisCommand) => Promise<unknown>)[]): RedisClient {
  const call = async () => 0;
  return { isCluster: true, call, chain: async () => [], primaries: async () => nodes };
}

describe('a purge', () => {
  it('asks for a hundred pages at a time, and goes on where it was', async () => {
    const asked: string[] = [];
    const one = new Purge(clientOf(pages(250, asked)), 'p:', purge);
    const replies = [];
    for (const _ of [1, 2, 3]) replies.push(await one.run({ prefix: '', limit: 10 }));
    expect(replies.map(({ more }) => more)).toEqual([true, true, false]);
    expect(asked).toEqual(Array.from({ length: 250 }, (_, page) => String(page)));
    await one.run({ prefix: '', limit: 10 });
    expect(asked[250], 'it begins again').toBe('0');
  });

  it('goes on with the next server', async () => {
    const asked: string[][] = [[], [], []];
    const client = clientOf(...asked.map((each) => pages(60, each)));
    const one = new Purge(client, 'p:', purge);
    expect(await one.run({ prefix: '', limit: 10 })).toMatchObject({ more: true });
    expect(asked.map(({ length }) => length)).toEqual([60, 40, 0]);
    expect(await one.run({ prefix: '', limit: 10 })).toMatchObject({ more: false });
    expect(asked.map(({ length }) => length)).toEqual([60, 60, 60]);
  });

  it('of one prefix does not disturb that of another', async () => {
    const asked: string[] = [];
    const one = new Purge(clientOf(pages(150, asked)), 'p:', purge);
    await one.run({ prefix: 'a', limit: 10 });
    await one.run({ prefix: 'b', limit: 10 });
    asked.splice(0);
    expect(await one.run({ prefix: 'a', limit: 10 })).toMatchObject({ more: false });
    expect(asked[0]).toBe('100');
  });

  it('says that there is nothing more where a server of the cluster is gone', async () => {
    const nodes = [pages(10, []), pages(200, [])];
    const one = new Purge({ ...clientOf(), primaries: async () => nodes }, 'p:', purge);
    expect(await one.run({ prefix: '', limit: 10 })).toMatchObject({ more: true });
    nodes.pop();
    const replies = [];
    for (const _ of [1, 2]) replies.push(await one.run({ prefix: '', limit: 10 }));
    expect(replies.at(-1)).toMatchObject({ more: false });
  });
});
