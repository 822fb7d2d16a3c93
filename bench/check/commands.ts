// What a check costs beyond the runs of the command itself, and what tracing costs the command.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../lib/child.ts';
import type { Measure, Sample } from '../lib/measure.ts';
import { remove } from '../lib/scratch.ts';
import { checked, type Figure, figure, inTurn } from './figure.ts';

export interface Bench {
  readonly folder: string;
  /** The command line, and the helper that comes with it. */
  readonly main: string;
  readonly helper: string;
  readonly measure: Measure;
  readonly rounds: number;
}

/** Of a check with *twice*, so long nothing is done: names by the second have to differ. */
const WAITS_MS = 2 * 1100;
/** So often *twice* runs the command; a kill point takes two runs. */
const [TWICE, POINT] = [4, 2];

/** Beyond the runs of a command with so many effects. */
export async function overheads(bench: Bench): Promise<Figure[]> {
  const names = Array.from({ length: 40 }, (_, index) => `folder-${index}`);
  const command = ['mkdir', '-p', ...names];
  const place = join(bench.folder, 'small');
  mkdirSync(place);
  const check = (scenario: string) => [
    process.execPath,
    bench.main,
    'check',
    '--quiet',
    '--budget',
    '1h',
    '--only',
    scenario,
    '--',
    ...command,
  ];
  const inPlace = async (line: readonly string[]) =>
    checked(await bench.measure(['env', '-C', place, ...line]));
  const plain = async () => {
    const sample = await inPlace(command);
    await remove(place);
    mkdirSync(place);
    return sample;
  };
  const samples = await inTurn<Sample>(bench.rounds, {
    plain,
    node: async () => checked(await bench.measure([process.execPath, '-e', '0'])),
    twice: () => inPlace(check('twice')),
    interrupted: () => inPlace(check('interrupted')),
  });
  const ms = (of: (round: Record<string, number>) => number) =>
    samples.map((round) =>
      of(Object.fromEntries(Object.entries(round).map(([name, { wall }]) => [name, wall * 1000]))),
    );
  const twice = ({ plain = 0, twice = 0 }) => twice - WAITS_MS - TWICE * plain;
  // One before each effect, and one after the last.
  const points = names.length + 1;
  return [
    figure('twice, beyond its 4 runs', 'ms', 150, ms(twice)),
    figure(
      '  of that, to start Node',
      'ms',
      undefined,
      ms(({ node = 0 }) => node),
    ),
    figure(
      'a kill point, beyond its 2 runs',
      'ms',
      50,
      ms(
        ({ plain = 0, twice = 0, interrupted = 0 }) =>
          (interrupted - twice) / points - POINT * plain,
      ),
    ),
  ];
}

/** CPU of traced programs against that of the same programs alone. */
export async function tracing(bench: Bench, tree: string): Promise<Figure[]> {
  const to = join(bench.folder, 'to');
  const programs: Record<string, { command: string[]; goal: number; okExits?: number[] }> = {
    'find, of 10,000 files': { command: ['find', tree, '-size', '+1G'], goal: 1.3 },
    'grep -r, the same': { command: ['grep', '-r', 'no such text', tree], goal: 1.3, okExits: [1] },
    'cp -r, the same': { command: ['cp', '-r', tree, to], goal: 3 },
    'tar -x, the same': { command: ['tar', '-xf', `${tree}.tar`, '-C', to], goal: 3 },
  };
  await must(['tar', '-cf', `${tree}.tar`, '-C', tree, '.']);
  const figures: Figure[] = [];
  for (const [name, { command, goal, okExits }] of Object.entries(programs)) {
    const run = async (line: readonly string[]) => {
      await remove(to);
      if (command[0] === 'tar') mkdirSync(to);
      return checked(await bench.measure(line), okExits);
    };
    const traced = ['sh', '-c', 'exec "$@" 3>/dev/null', 'sh', bench.helper, '--events', '3', '--'];
    const samples = await inTurn<Sample>(bench.rounds, {
      alone: () => run(['sh', '-c', 'exec "$@"', 'sh', ...command]),
      traced: () => run([...traced, ...command]),
    });
    const ratios = samples.map(
      ({ alone, traced }) => (traced?.cpu ?? 0) / (alone?.cpu || Number.NaN),
    );
    figures.push(figure(`traced ${name}, CPU`, '×', goal, ratios));
  }
  return figures;
}
