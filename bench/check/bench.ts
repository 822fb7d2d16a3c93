// `npm run bench -- check`: what a check costs beyond the command's own runs, against its goals.
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { load, machineOf, machineText } from '../lib/machine.ts';
import { measurer } from '../lib/measure.ts';
import { copyOfOurs } from '../lib/programs.ts';
import { needSpace, scratch } from '../lib/scratch.ts';
import { number, table } from '../lib/table.ts';
import { type Bench, overheads, tracing } from './commands.ts';
import type { Figure } from './figure.ts';
import { copies, makeFiles, memory } from './folders.ts';

const HELP = `Usage: npm run bench -- check [options]

Measures what a check costs beyond the runs of the command itself, and prints each figure with its goal.
The waits of 1.1 s between runs in one place are no part of it.

  --rounds N    rounds (default 5)
  --files N     how many files the largest folder has (default 100000)
  --tmp DIR     where it works, and where the copies are (default: where temporary files go)

Run twice: nothing is left over; each run makes its folders and removes them.`;

export async function bench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', short: 'h' },
      rounds: { type: 'string', default: '5' },
      files: { type: 'string', default: '100000' },
      tmp: { type: 'string' },
    },
  });
  if (values.help) return console.log(HELP);
  const [rounds, files] = [Number(values.rounds), Number(values.files)];
  const folder = scratch(values.tmp);
  needSpace(folder, files * 20_000, files * 5, 'the bench of checks');
  process.env['TMPDIR'] = folder;
  const main = copyOfOurs(folder);
  const helper = join(dirname(dirname(main)), 'native', `runtwice-native-${process.arch}`);
  const plan: Bench = { folder, main, helper, rounds, measure: await measurer(folder) };
  console.log(`${machineText(await machineOf(folder))}; load ${load()}`);
  const tree = join(folder, 'tree');
  makeFiles(tree, 10_000);
  const parts = [
    () => overheads(plan),
    () => tracing(plan, tree),
    () => copies(plan, tree),
    () => memory(plan, files),
  ];
  for (const part of parts) console.log(`\n${textOf(await part())}\n\nload ${load()}`);
}

function textOf(figures: readonly Figure[]): string {
  const lines = figures.map(({ name, unit, goal, values: { median, min, max } }) => [
    name,
    `${number(median)} ${unit}`,
    `${number(min)} … ${number(max)}`,
    goal === undefined ? '' : `${goal} ${unit}`,
    goal === undefined ? '' : median <= goal ? 'met' : 'MISSED',
  ]);
  return table([['', 'median', 'min … max', 'at most', ''], undefined, ...lines]);
}
