// The same numbers for programs: every sample, its medians, and ratios of ours to each other row.
import { ratios, spread, valuesOf } from '../lib/stats.ts';
import type { About } from './report.ts';
import type { CaseResult } from './run-case.ts';
import { outcomes } from './targets.ts';

export function jsonOf(about: About, results: readonly CaseResult[]): string {
  const document = {
    schema: 1,
    bench: 'export',
    ...about,
    targets: outcomes(results),
    cases: results.map(caseOf),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function caseOf({ plan, tree, rounds, load, rows }: CaseResult): object {
  const ours = rows.filter(({ contestant }) => contestant.role === 'ours');
  return {
    name: plan.name,
    run: plan.run,
    tree,
    rounds,
    load: { before: load[0], after: load[1] },
    rows: rows.map((row) => ({
      name: row.contestant.name,
      role: row.contestant.role,
      kind: row.contestant.kind,
      failed: row.failure !== undefined,
      cpu: spread(valuesOf(row, 'cpu')),
      wall: spread(valuesOf(row, 'wall')),
      memory: spread(valuesOf(row, 'memory')),
      // A command and its stderr name paths of this machine.
      samples: row.samples.map((sample) => {
        if (sample === undefined) return null;
        const { wall, user, sys, memory, exit } = sample;
        return { wall, user, sys, memory, exit };
      }),
    })),
    ratios: ours.flatMap((own) =>
      rows
        .filter((row) => row !== own)
        .map((row) => ({
          of: own.contestant.name,
          to: row.contestant.name,
          cpu: ratios(own, row, 'cpu'),
          wall: ratios(own, row, 'wall'),
        })),
    ),
  };
}
