// Each program in examples/ is safe to run twice: it is checked as its reader would.
import { chmodSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckReport } from '../../src/check/index.ts';
import { answersOf, canCheck } from '../support/check.ts';
import { cli, folder, MAIN } from '../support/cli.ts';

const ROOT = dirname(dirname(dirname(MAIN)));
const EXAMPLES = join(ROOT, 'examples');

/** What is checked in each folder there is. */
const COMMANDS: Record<string, readonly string[]> = {
  'export-folder': [process.execPath, 'export.ts'],
  'import-orders': [process.execPath, '--no-warnings', 'import.ts'],
  'nightly-report': ['./nightly.sh', '2026-11-24'],
};

/** A folder with `runtwice`, as it is installed. */
function installed(): string {
  const path = folder({ runtwice: `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n` });
  chmodSync(join(path, 'runtwice'), 0o755);
  return path;
}

describe.runIf(canCheck('checks of the examples'))('an example is safe to run twice', () => {
  it('each of them', () => {
    expect(readdirSync(EXAMPLES).filter((name) => !name.includes('.'))).toEqual(
      Object.keys(COMMANDS),
    );
  });

  it.each(Object.entries(COMMANDS))('%s', { timeout: 180_000 }, async (name, command) => {
    const bin = installed();
    const { stdout, stderr } = await cli(
      ['check', '--json', '--visible', ROOT, '--visible', bin, '--', ...command],
      { cwd: join(EXAMPLES, name), env: { PATH: `${bin}:${process.env['PATH']}` } },
    );
    const report = JSON.parse(stdout || stderr) as CheckReport;
    expect({ ...answersOf(report), verdict: report.verdict }, JSON.stringify(report)).toEqual({
      twice: 'nothing to do',
      together: 'same',
      interrupted: 'recovers',
      verdict: 'safe',
    });
    expect(report.points.tried).toBeGreaterThan(1);
  });
});
