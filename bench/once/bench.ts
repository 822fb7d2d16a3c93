// `npm run bench -- once`: the ledger against the bare clients and the peers, in alternation.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load, machineOf, machineText } from '../lib/machine.ts';
import { type Spread, spread } from '../lib/stats.ts';
import { number, table } from '../lib/table.ts';
import { dbosPairs } from './dbos.ts';
import { fingerprintPairs } from './fingerprint.ts';
import { memoryPairs } from './memory.ts';
import { mysqlPairs } from './mysql.ts';
import { nodeIdempotencyPairs } from './node-idempotency.ts';
import type { Pair, Setup } from './pair.ts';
import { postgresPairs } from './postgres.ts';
import { powertoolsPairs } from './powertools.ts';
import { rate } from './rate.ts';
import { redisPairs } from './redis.ts';
import { sqlitePairs } from './sqlite.ts';

const HELP = `Usage: npm run bench -- once [options]

Calls the ledger and, in turn, the bare client of its store or a peer, and prints medians of both and
of the ratios of the same round. A ratio above 1 says that the ledger does more in a second.

  --rounds N    rounds of each case (default 7)
  --only a,b    only these of fingerprint, memory, sqlite, postgres, mysql, redis, and of the peers
                powertools, node-idempotency, dbos
  --ms N        how long each takes its turn (default 400)
  --json FILE   write the numbers there too

PostgreSQL, MariaDB and Redis are those on the standard local ports; what does not answer is left out.
\`npm run bench:peers\` installs the peers; one that is not there is named and left out.

Run twice: nothing is left over; each run makes its stores anew.`;

const SETUPS: Readonly<Record<string, (folder: string) => Setup | Promise<Setup>>> = {
  fingerprint: fingerprintPairs,
  memory: memoryPairs,
  sqlite: sqlitePairs,
  postgres: postgresPairs,
  mysql: mysqlPairs,
  redis: redisPairs,
  powertools: powertoolsPairs,
  'node-idempotency': nodeIdempotencyPairs,
  dbos: dbosPairs,
};

interface Result {
  readonly name: string;
  readonly callers: number;
  readonly otherName: string;
  readonly ours: Spread | undefined;
  readonly other: Spread | undefined;
  readonly ratio: Spread | undefined;
  readonly least: number | undefined;
}

export async function bench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', short: 'h' },
      rounds: { type: 'string', default: '7' },
      ms: { type: 'string', default: '400' },
      json: { type: 'string' },
      only: { type: 'string' },
    },
  });
  if (values.help) return console.log(HELP);
  const folder = mkdtempSync(join(tmpdir(), 'runtwice-bench-'));
  try {
    const machine = await machineOf(folder);
    console.log(`${machineText(machine)}; load ${load()}`);
    const results: Result[] = [];
    const only = values.only?.split(',') ?? Object.keys(SETUPS);
    for (const [name, setUp] of Object.entries(SETUPS)) {
      if (!only.includes(name)) continue;
      results.push(
        ...(await runAll(await setUp(folder), Number(values.rounds), Number(values.ms))),
      );
    }
    console.log(`\n${text(results)}\nload ${load()}`);
    if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, results })}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runAll(setup: Setup, rounds: number, ms: number): Promise<Result[]> {
  const results: Result[] = [];
  try {
    for (const pair of setup.pairs) {
      for (const callers of pair.callers) results.push(await runPair(pair, callers, rounds, ms));
    }
  } finally {
    await setup.close();
  }
  return results;
}

async function runPair(pair: Pair, callers: number, rounds: number, ms: number): Promise<Result> {
  const [ours, other]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const isFirst = round % 2 === 0;
    if (isFirst) ours.push(await rate(callers, ms, pair.ours));
    other.push(await rate(callers, ms, pair.other));
    if (!isFirst) ours.push(await rate(callers, ms, pair.ours));
  }
  const ratio = spread(ours.map((own, round) => own / (other[round] ?? Number.NaN)));
  const { name, otherName, least } = pair;
  return {
    name,
    callers,
    otherName,
    ours: spread(ours),
    other: spread(other),
    ratio,
    least: least[callers],
  };
}

function text(results: readonly Result[]): string {
  const head = ['', 'callers', 'ours /s', 'other /s', 'ratio', 'min … max', 'wanted'];
  const lines = results.map(({ name, otherName, callers, ours, other, ratio, least }) => [
    `${name} ÷ ${otherName}`,
    String(callers),
    number(ours?.median),
    number(other?.median),
    number(ratio?.median),
    `${number(ratio?.min)} … ${number(ratio?.max)}`,
    least === undefined ? '' : `${(ratio?.median ?? 0) >= least ? '✓' : '✗'} ${number(least)}`,
  ]);
  return table([head, undefined, ...lines]);
}
