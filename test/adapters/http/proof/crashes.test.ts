// Servers that are killed while they handle a request, and started again.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkHttpServer, serverProcess } from '../../../../src/check/index.ts';
import { freePort } from '../../../support/free-port.ts';
import { tempFolder } from '../../../support/tree.ts';
import { json, send } from '../suite/client.ts';
import { effectsIn, type Place, places, SERVER, startServer } from './processes.ts';
import { MOMENTS, type Moment, type Setup } from './setup.ts';

describe.each(await places('crashes of HTTP servers'))('a server on $name', ({ name, open }) => {
  let place: Awaited<ReturnType<Place['open']>>;
  beforeAll(async () => {
    place = await open();
  });
  afterAll(() => place.remove());

  // Whatever the store: what differs between the kinds is the ledger's own.
  const kinds: Setup['kind'][] = name === 'SQLite' ? ['stop', 'rerun', 'steps'] : ['stop'];

  it.each(kinds)(
    'is killed at each moment of a request, and asked again: %s',
    async (kind) => {
      const effects = join(tempFolder(), 'effects');
      const setup = { description: place.description, kind, effects };
      const moments = MOMENTS.filter((moment) => kind === 'steps' || moment !== 'after a half');
      for (const moment of moments) {
        const dying = await startServer({ ...setup, moment });
        const asked = send(dying.url, '/charges', keyOf(kind, moment));
        await expect(asked, moment).rejects.toThrow();
        expect(await dying.ended, moment).toBe('SIGKILL');
      }
      const before = effectsIn(effects);
      const { url } = await startServer(setup);
      for (const moment of moments) {
        const key = keyOf(kind, moment);
        const second = await send(url, '/charges', key);
        const third = await send(url, '/charges', key);
        expect(third.body, moment).toEqual(second.body);
        const made = effectsIn(effects).filter((effect) => effect.endsWith(key));
        if (kind === 'stop') {
          // What had not begun is done now, what was recorded is replayed, and the rest nobody knows.
          const isKnown = moment === 'before the claim' || moment === 'after the record';
          if (isKnown) expect(second.status, moment).toBe(201);
          else expect(json(second), moment).toMatchObject({ status: 409, code: 'outcome-unknown' });
          expect(made.length, moment).toBeLessThanOrEqual(1);
        } else {
          expect(second.status, moment).toBe(201);
          expect(third.headers['idempotent-replayed'], moment).toBe('true');
        }
        if (kind === 'steps') expect(made, moment).toEqual([`first ${key}`, `second ${key}`]);
        if (moment === 'after the record') {
          expect(second.headers['idempotent-replayed']).toBe('true');
          expect(made).toEqual(before.filter((effect) => effect.endsWith(key)));
        }
      }
    },
    120_000,
  );

  it('is safe to be asked twice, by the check of servers', async () => {
    const effects = join(tempFolder(), 'effects');
    const port = await freePort();
    const setup: Setup = { description: place.description, port, effects, kind: 'stop' };
    const start = serverProcess({
      command: [process.execPath, SERVER, JSON.stringify(setup)],
      url: `http://127.0.0.1:${port}`,
      env: process.env,
    });
    const { scenarios } = await checkHttpServer(start, {
      requests: [
        { path: '/charges', body: { amount: 1 }, otherBody: { amount: 2 } },
        { path: '/refunds', body: { amount: 1 } },
      ],
      effects: () => effectsIn(effects).length,
      settle: '100ms',
      recovery: '5s',
      budget: '2s',
      ...(name !== 'SQLite' && { only: ['twice', 'together', 'other user'] }),
    });
    expect(scenarios).toHaveLength(name === 'SQLite' ? 9 : 3);
    const unsafe = scenarios.filter(({ grade }) => grade === 'unsafe');
    expect(unsafe).toEqual([]);
    const keyed = effectsIn(effects).filter((effect) => !effect.endsWith(' none'));
    expect(new Set(keyed).size).toBe(keyed.length);
  }, 120_000);
});

function keyOf(kind: string, moment: Moment): string {
  return `${kind} ${moment}`.replaceAll(' ', '-');
}
