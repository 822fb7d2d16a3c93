// One group: its servers take turns, round after round.
import { rotated } from '../../lib/alternate.ts';
import { type Spread, spread } from '../../lib/stats.ts';
import { type Contestant, type Places, type Server, start } from './contestant.ts';
import { type Comparison, contestantsOf, type Group } from './groups.ts';
import { type Loaded, load } from './load.ts';

/** What one contestant did in one round. */
export interface Sample extends Loaded {
  /** Microseconds of the server's processor time for one request. */
  readonly cpuUs: number;
}

export interface Compared extends Comparison {
  readonly group: string;
  readonly rates: readonly [of: Spread | undefined, to: Spread | undefined];
  readonly cpus: readonly [of: Spread | undefined, to: Spread | undefined];
  /** Of the same round, each. */
  readonly rateRatio: Spread | undefined;
  readonly addedUs: Spread | undefined;
  readonly addedMs: Spread | undefined;
}

export interface Plan {
  readonly places: Places;
  readonly rounds: number;
  /** Requests of each turn. */
  readonly requests: number;
}

interface Turn {
  readonly contestant: Contestant;
  readonly server: Server;
  readonly samples: Sample[];
}

export async function runGroup(group: Group, plan: Plan): Promise<Compared[]> {
  const { places, rounds } = plan;
  const requests = Math.round(plan.requests * (group.part ?? 1));
  const turns: Turn[] = [];
  try {
    for (const contestant of contestantsOf(group)) {
      const server = await started(contestant, places);
      if (server !== undefined) turns.push({ contestant, server, samples: [] });
    }
    // Compiled code, open connections, and answers to all known keys.
    for (const { server } of turns) await load(server.port, { ...group, requests });
    for (let round = 0; round < rounds; round++) {
      for (const { server, samples } of rotated(turns, round)) {
        samples.push(await sample(server, group, requests));
      }
    }
  } finally {
    for (const { server } of turns) await server.stop();
  }
  return group.comparisons.flatMap((one) => compared(one, group.name, turns));
}

async function started(contestant: Contestant, places: Places): Promise<Server | undefined> {
  try {
    return await start(contestant, places);
  } catch (error) {
    console.log(`  left out: ${contestant.name}: ${(error as Error).message}`);
    return undefined;
  }
}

async function sample(server: Server, group: Group, requests: number): Promise<Sample> {
  const before = await server.cpuUs();
  const loaded = await load(server.port, { ...group, requests });
  const after = await server.cpuUs();
  return { ...loaded, cpuUs: (after - before) / requests };
}

function compared(comparison: Comparison, group: string, turns: readonly Turn[]): Compared[] {
  const [of, to] = [comparison.of, comparison.to].map(
    (one) => turns.find(({ contestant }) => contestant === one)?.samples,
  );
  if (of === undefined || to === undefined) return [];
  const pairs = of.flatMap((own, round) => {
    const other = to[round];
    return other === undefined ? [] : [{ own, other }];
  });
  const both = (value: (sample: Sample) => number) =>
    [spread(of.map(value)), spread(to.map(value))] as const;
  return [
    {
      ...comparison,
      group,
      rates: both(({ perSecond }) => perSecond),
      cpus: both(({ cpuUs }) => cpuUs),
      rateRatio: spread(pairs.map(({ own, other }) => own.perSecond / other.perSecond)),
      addedUs: spread(pairs.map(({ own, other }) => own.cpuUs - other.cpuUs)),
      addedMs: spread(pairs.map(({ own, other }) => own.p50Ms - other.p50Ms)),
    },
  ];
}
