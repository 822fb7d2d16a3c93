// `npm run bench -- growth`: what a key costs in a PostgreSQL ledger that already has many.
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { load, machineOf, machineText } from '../lib/machine.ts';
import { spread } from '../lib/stats.ts';
import { number, table } from '../lib/table.ts';
import { ownPostgres } from '../once/servers.ts';
import { fillSql, Grown } from './grown.ts';
import { latencies } from './latency.ts';

const HELP = `Usage: npm run bench -- growth [options]

Fills tables of a PostgreSQL ledger with keys, then claims and finishes new keys and replays known
ones in each of the tables in turn. Prints the median time of a call, its ratio to that in the
smallest table, the bytes a key takes, and what a purge costs.

  --keys a,b    how many keys (default 10000,1000000); 10,000,000 take about 6 GB and 5 minutes
  --rounds N    rounds (default 5)
  --ms N        how long each takes its turn (default 1000)
  --parts N     divides the tables by a hash of the key into so many (default 1: not at all)

Run twice: nothing is left over; each run makes a database and drops it.`;

const CALLERS = [1, 16];

export async function bench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', short: 'h' },
      keys: { type: 'string', default: '10000,1000000' },
      rounds: { type: 'string', default: '5' },
      ms: { type: 'string', default: '1000' },
      parts: { type: 'string', default: '1' },
    },
  });
  if (values.help) return console.log(HELP);
  const own = await ownPostgres();
  if (own === undefined) return;
  const pool = new pg.Pool({ ...own.address, max: 16 });
  try {
    console.log(`${machineText(await machineOf(tmpdir()))}; load ${load()}`);
    const tables: Grown[] = [];
    for (const keys of values.keys.split(',').map(Number)) {
      const grown = await Grown.open(pool, keys, Number(values.parts));
      await pool.query(fillSql(grown.name, keys));
      await pool.query(`VACUUM ANALYZE ${grown.name}`);
      console.log(`  ${grown.name}: ${number(await grown.bytesPerKey())} bytes a key`);
      tables.push(grown);
    }
    await pool.query('CHECKPOINT');
    await compare(tables, Number(values.rounds), Number(values.ms));
    for (const grown of tables) console.log(`  ${await grown.purge()}`);
    console.log(`load ${load()}`);
  } finally {
    await pool.end();
    await own.drop();
  }
}

async function compare(tables: readonly Grown[], rounds: number, ms: number): Promise<void> {
  const lines: (string[] | undefined)[] = [
    ['', 'callers', 'keys', 'median ms', 'ratio', 'min … max'],
    undefined,
  ];
  for (const kind of ['new', 'known'] as const) {
    for (const callers of CALLERS) {
      const medians = tables.map((): number[] => []);
      for (let round = 0; round < rounds; round++) {
        // Each round begins with another table.
        for (const [step] of tables.entries()) {
          const at = (round + step) % tables.length;
          const grown = tables[at];
          if (grown === undefined) continue;
          const taken = await latencies(callers, ms, () => grown.call(kind));
          medians[at]?.push(spread(taken)?.median ?? Number.NaN);
        }
      }
      for (const [at, { keys }] of tables.entries()) {
        const ratio = spread(
          medians[at]?.map((own, round) => own / (medians[0]?.[round] ?? Number.NaN)) ?? [],
        );
        lines.push([
          `${kind} key`,
          String(callers),
          keys.toLocaleString('en'),
          (spread(medians[at] ?? [])?.median ?? Number.NaN).toFixed(3),
          number(ratio?.median),
          `${number(ratio?.min)} … ${number(ratio?.max)}`,
        ]);
      }
    }
  }
  console.log(`\n${table(lines)}\n`);
}
