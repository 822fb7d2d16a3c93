import { parseArgs } from 'node:util';
import { Stop } from '../lib/stop.ts';
import { CASES } from './cases.ts';

export interface Options {
  readonly cases: readonly string[] | undefined;
  readonly peers: readonly string[] | undefined;
  readonly rounds: number | undefined;
  readonly scale: number;
  readonly million: boolean;
  readonly json: string | undefined;
  readonly tmp: string | undefined;
}

export const HELP: string = `Usage: npm run bench -- export [options]

Runs runtwice export and the peers that are installed on the same trees, in turn, and prints medians,
ratios and targets. The trees are made in a temporary folder, which is removed at the end.

  --cases a,b     only these cases, or all cases of these trees:
                  ${CASES.map(({ name }) => name)
                    .join(', ')
                    .replace(/(.{60,75}?, )/g, '$1\n                  ')}
  --million       the million cases too (memory only; slow, needs 9 GB)
  --peers a,b     only the peers whose name contains one of these
  --rounds N      runs of each, instead of the number that each case has
  --scale F       fewer or smaller files, to try the bench itself (0.01)
  --json FILE     write the numbers there too, after each case
  --tmp FOLDER    make the trees below this folder (default: the system's)

Run twice: nothing is left over; each run makes its trees anew.`;

export function optionsOf(argv: string[]): Options | 'help' {
  const { values } = parse(argv);
  if (values.help) return 'help';
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
    throw new Stop('--rounds takes a whole number above 0', 2);
  }
  const scale = Number(values.scale ?? 1);
  if (!(scale > 0 && scale <= 10)) throw new Stop('--scale takes a number above 0, up to 10', 2);
  return {
    cases: list(values.cases),
    peers: list(values.peers),
    rounds,
    scale,
    million: values.million ?? false,
    json: values.json,
    tmp: values.tmp,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        cases: { type: 'string' },
        peers: { type: 'string' },
        rounds: { type: 'string' },
        scale: { type: 'string' },
        million: { type: 'boolean' },
        json: { type: 'string' },
        tmp: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Stop(`${(error as Error).message} (see --help)`, 2);
  }
}

function list(text: string | undefined): string[] | undefined {
  return text
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
