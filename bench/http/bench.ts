// `npm run bench -- http`: requests with keys, against bare frameworks, handlers by hand, and peers.
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { load, machineOf, machineText } from '../lib/machine.ts';
import { copyOfOurs } from '../lib/programs.ts';
import { scratch } from '../lib/scratch.ts';
import { ownPostgres } from '../once/servers.ts';
import { freePort, startRedis } from './redis.ts';
import { GROUPS } from './speed/groups.ts';
import { MEMORY, weighAll, weightText } from './speed/memory.ts';
import { textOf } from './speed/report.ts';
import { type Compared, type Plan, runGroup } from './speed/rounds.ts';

const HELP = `Usage: npm run bench -- http [options]

Puts servers with an idempotency guard under load, in turn with servers without one, with one that is
written by hand, and with peers: bodies and answers of 1 KB, each server in a process of its own. Prints
medians, and ratios and differences of the same round, against their goals; and how much memory bodies of
1 MB take.

  --quick         3 rounds of few requests: less than a minute, and rough
  --rounds N      rounds of each group (default 7)
  --requests N    requests of each turn (default 8000)
  --only TEXT     only groups whose name has this in it
  --profile DIR   write a profile of each server (.cpuprofile) there; it costs time of its own
  --json FILE     write the numbers there too

\`npm run bench:peers\` installs what makes the load, and the peers. Redis is started (redis-server has to be
installed); PostgreSQL is that on the standard local port. What is not there is left out, and named.

Run twice: nothing is left over; each run makes its stores anew.`;

export async function bench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', short: 'h' },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      requests: { type: 'string' },
      only: { type: 'string', default: '' },
      profile: { type: 'string' },
      json: { type: 'string' },
    },
  });
  if (values.help) return console.log(HELP);
  const [rounds, requests] = values.quick ? [3, 1500] : [7, 8000];
  const folder = scratch();
  const dist = dirname(dirname(copyOfOurs(folder)));
  const machine = await machineOf(folder);
  console.log(`${machineText(machine)}; load ${load()}\n`);
  const redis = await ownRedis(folder);
  const postgres = await ownPostgres();
  try {
    const plan: Plan = {
      places: {
        dist,
        folder,
        redis,
        postgres: postgres && urlOf(postgres.address),
        profiles: values.profile,
      },
      rounds: Number(values.rounds ?? rounds),
      requests: Number(values.requests ?? requests),
    };
    const results = await runAll(plan, values.only);
    const memory = MEMORY.includes(values.only) ? await weighAll(plan.places) : [];
    const parts = [...(results.length > 0 ? [textOf(results)] : []), ...memory.map(weightText)];
    console.log(`\n${parts.join('\n')}\n\nload ${load()}`);
    if (values.json)
      writeFileSync(values.json, `${JSON.stringify({ machine, results, memory })}\n`);
  } finally {
    await postgres?.drop();
  }
}

async function runAll(plan: Plan, only: string): Promise<Compared[]> {
  const results: Compared[] = [];
  for (const group of GROUPS) {
    const { name, needs } = group;
    if (!name.includes(only)) continue;
    if (needs !== undefined && plan.places[needs] === undefined) continue;
    const start = performance.now();
    results.push(...(await runGroup(group, plan)));
    console.log(`${name}: ${Math.round((performance.now() - start) / 1000)} s, load ${load()}`);
  }
  return results;
}

/** Ends with this process. */
async function ownRedis(folder: string): Promise<string | undefined> {
  const port = await freePort();
  try {
    const redis = await startRedis(port, folder);
    process.once('exit', () => redis.kill('SIGKILL'));
    redis.unref();
    return `redis://127.0.0.1:${port}`;
  } catch (error) {
    console.log(`  left out: Redis: ${(error as Error).message}`);
    return undefined;
  }
}

type Address = NonNullable<Awaited<ReturnType<typeof ownPostgres>>>['address'];

function urlOf({ host, port, user, database }: Address): string {
  return `postgres://${user}@${host}:${port}/${database}`;
}
