import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Answer, CheckReport, Scenario } from '../../src/check/index.ts';
import { type Case, FILES } from './case.ts';
import type { Judged } from './figures.ts';

type Check = typeof import('../../src/check/index.ts').checkCommand;

export interface Result {
  readonly judged: readonly Judged[];
  readonly report: CheckReport;
}

/** The programs of a case that are not on this machine. */
export function missing({ needs = [] }: Case): string[] {
  return needs.filter((name) => spawnSync('which', [name]).status !== 0);
}

/** What cases say something of. */
export const LABELLED = ['twice', 'another day', 'together', 'interrupted'] as const;

/** What is true of a case; undefined where that is not known. */
function labelOf(one: Case, scenario: Scenario): Answer | undefined {
  if (scenario === 'faults') return undefined;
  return one[scenario] ?? (scenario === 'another day' ? one.twice : undefined);
}

/** Files that people check are seldom of the same second: git and rsync would look at their bytes. */
const AGE = "find . -name .git -prune -o -type f -exec touch -d '1 hour ago' {} +";

/** Makes the folder of a case, checks the command in it, and removes it. */
export async function runCase(
  one: Case,
  check: Check,
  budget: string,
  asked: readonly (typeof LABELLED)[number][],
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'runtwice-accuracy-'));
  try {
    for (const [name, text] of Object.entries({ ...FILES, ...one.files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    if (one.setup) {
      const env = { ...process.env, HOME: folder };
      await promisify(execFile)('sh', ['-ec', one.setup], { cwd: folder, env });
    }
    await promisify(execFile)('sh', ['-c', AGE], { cwd: folder });
    const only = asked.filter((scenario) => labelOf(one, scenario) !== undefined);
    const report = await check(['sh', '-c', one.run], { folder, only, budget: budget as '10s' });
    const judged = only.flatMap((scenario): Judged[] => {
      const answer = report.scenarios.find((told) => told.scenario === scenario)?.answer;
      return answer === undefined
        ? []
        : [{ scenario, expected: labelOf(one, scenario) ?? answer, got: answer }];
    });
    return { judged, report };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
