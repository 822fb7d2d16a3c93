// How much memory a server holds while bodies and answers of 1 MB are under way.
import { number } from '../../lib/table.ts';
import { type Contestant, type Places, start } from './contestant.ts';
import { load } from './load.ts';

export const MEMORY = 'Memory, bodies of 1 MB, SQLite, new key';

const CONNECTIONS = 16;
const REQUESTS = 200;
const BODY_BYTES = 1_000_000;

/** At most so many bodies for a request are wanted: its own, its answer, and one on the way to the store. */
const WANTED = 3;

export interface Weight {
  readonly name: string;
  /** What it held at most, over what it holds at rest, for each request under way: in bodies of 1 MB. */
  readonly bodies: number;
}

const CONTESTANTS: readonly Contestant[] = [
  { name: 'node:http', server: 'large', guard: 'none', isWeighed: true },
  { name: 'runtwice, sqlite', server: 'large', guard: 'sqlite', isWeighed: true },
];

export async function weighAll(places: Places): Promise<Weight[]> {
  const weights: Weight[] = [];
  for (const one of CONTESTANTS) weights.push({ name: one.name, bodies: await weigh(one, places) });
  return weights;
}

async function weigh(contestant: Contestant, places: Places): Promise<number> {
  const server = await start(contestant, places);
  const under = { connections: CONNECTIONS, keys: 'new', body: 'b'.repeat(BODY_BYTES) } as const;
  try {
    await load(server.port, { ...under, requests: CONNECTIONS });
    await server.peakBytes();
    const rest = await server.peakBytes();
    await load(server.port, { ...under, requests: REQUESTS });
    return ((await server.peakBytes()) - rest) / CONNECTIONS / BODY_BYTES;
  } finally {
    await server.stop();
  }
}

export function weightText({ name, bodies }: Weight): string {
  const goal = name.startsWith('runtwice') ? ` (${bodies <= WANTED ? '✓' : '✗'} ≤ ${WANTED})` : '';
  return `${MEMORY}: ${name} holds ${number(bodies)} bodies for each request under way${goal}`;
}
