// Two server processes on one store, asked with one key at once.
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../../../support/tree.ts';
import { send } from '../suite/client.ts';
import { effectsIn, places, startServer } from './processes.ts';

const REQUESTS = 200;

describe.each(await places('two HTTP servers'))('two servers on $name', ({ open }) => {
  it('handle 200 requests with one key once, and answer all with the same bytes', async () => {
    const { description, remove } = await open();
    onTestFinished(() => void remove());
    const effects = join(tempFolder(), 'effects');
    const setup = { description, effects, kind: 'stop' } as const;
    const servers = await Promise.all([startServer(setup), startServer(setup)]);
    const ask = async (index: number) => {
      for (;;) {
        const server = servers[index % 2];
        const got = await send(server?.url ?? '', '/charges', 'one');
        if (got.status !== 409) return got;
      }
    };
    const got = await Promise.all(Array.from({ length: REQUESTS }, (_, index) => ask(index)));
    expect(new Set(got.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(got[0]?.status).toBe(201);
    expect(got.filter(({ headers }) => headers['idempotent-replayed'])).toHaveLength(REQUESTS - 1);
    expect(effectsIn(effects)).toHaveLength(1);
  });
});
