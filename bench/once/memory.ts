import { createLedger, memoryStore } from '../../src/index.ts';
import { newKey, pick, RESULT, type Setup } from './pair.ts';

/** The memory store against a Map that holds JSON. */
export async function memoryPairs(): Promise<Setup> {
  const ledger = createLedger({ store: memoryStore(), namespace: 'bench', keep: '1d' });
  const charge = ledger.operation('charge', async () => RESULT);
  const map = new Map<string, string>();
  const known = Array.from({ length: 10_000 }, newKey);
  for (const key of known) {
    await charge(1, { key });
    map.set(key, JSON.stringify(RESULT));
  }
  const otherName = 'Map with JSON';
  return {
    pairs: [
      {
        name: 'memory, new key',
        callers: [1, 64],
        ours: () => charge(1, { key: newKey() }),
        other: async () => {
          const key = newKey();
          map.set(key, 'running');
          await Promise.resolve();
          map.set(key, JSON.stringify(RESULT));
        },
        otherName,
        least: { 1: 0.5, 64: 0.5 },
      },
      {
        name: 'memory, known key',
        callers: [1, 64],
        ours: () => charge(1, { key: pick(known) }),
        other: async () => JSON.parse(map.get(pick(known)) ?? ''),
        otherName,
        least: { 1: 0.5, 64: 0.5 },
      },
    ],
    close: () => ledger.close(),
  };
}
