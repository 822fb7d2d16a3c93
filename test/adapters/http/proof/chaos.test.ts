// Many requests over a network that loses what it likes: each key has its effect once, and each client its
// answer. RUNTWICE_CHAOS_REQUESTS=10000 asks for more of them, RUNTWICE_CHAOS_SEED for the same ones again.
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Random } from '../../../simulator/random.ts';
import { type Fault, FaultProxy } from '../../../support/fault-proxy.ts';
import { tempFolder } from '../../../support/tree.ts';
import { type Got, send } from '../suite/client.ts';
import { effectsIn, startServer } from './processes.ts';

const REQUESTS = Number(process.env['RUNTWICE_CHAOS_REQUESTS'] ?? 1000);
const KEYS = REQUESTS / 5;
const CLIENTS = 32;
const FAULTS: readonly Fault[] = ['before', 'after', 'cut', 'delay'];

it(`${REQUESTS} requests over a bad network have ${KEYS} effects, and all their answers`, async () => {
  const seed = Number(process.env['RUNTWICE_CHAOS_SEED'] ?? Date.now() % 1_000_000);
  console.log(`RUNTWICE_CHAOS_SEED=${seed}`);
  const [network, order] = [new Random(seed), new Random(seed + 1)];
  const folder = tempFolder();
  const effects = join(folder, 'effects');
  const description = { kind: 'sqlite', path: join(folder, 'ledger.db') } as const;
  const { port } = await startServer({ description, effects, kind: 'plain' });
  const proxy = await FaultProxy.to(port, () => {
    return network.chance(0.4) ? network.pick(FAULTS) : 'none';
  });
  onTestFinished(() => proxy.close());
  const url = `http://127.0.0.1:${proxy.port}`;

  /** Until there is an answer, as a client is to do it. */
  async function ask(key: string): Promise<Got> {
    for (;;) {
      const got = await send(url, '/', key, { body: `for ${key}` }).catch(() => undefined);
      if (got !== undefined && got.status !== 409) return got;
    }
  }

  const keys = Array.from({ length: REQUESTS }, () => `key-${order.between(1, KEYS)}`);
  const asked = new Set(keys);
  let next = 0;
  const client = async () => {
    for (let key = keys[next++]; key !== undefined; key = keys[next++]) {
      const { status, body } = await ask(key);
      if (status !== 201 || body.toString() !== `${key} for ${key}`) {
        expect.fail(`${key} was answered with ${status} ${body}`);
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  expect(effectsIn(effects).sort()).toEqual([...asked].sort());
  expect(proxy.count).toBeGreaterThan(REQUESTS);
}, 300_000);
