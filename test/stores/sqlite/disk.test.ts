// What is acknowledged is on the disk, not in the system's memory only: a machine may lose power.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HAS_STRACE } from '../../support/crash-strace.ts';
import { requireOrSay } from '../../support/require.ts';
import { CHILD } from '../../support/sqlite-processes.ts';
import { tempFolder } from '../../support/tree.ts';

const canTrace = requireOrSay(HAS_STRACE, 'strace', 'that claims wait for the disk');
const CLAIMS = 25;

/** The calls that wait for the disk, and those that make folders, in their order. */
function traced(path: string): string[] {
  const log = join(tempFolder(), 'log');
  const child = [process.execPath, CHILD, 'sequence', path, '1', String(CLAIMS)];
  const args = ['-f', '-y', '-e', 'trace=fsync,fdatasync,mkdir', '-o', log, ...child];
  const { status, stdout } = spawnSync('strace', args, { input: 'go\n', encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, expect.stringContaining('"errors":[]')]);
  return readFileSync(log, 'utf8').split('\n');
}

describe.runIf(canTrace)('what is acknowledged', () => {
  it('was waited for: one claim after the other, each on the disk', () => {
    const path = join(tempFolder(), 'ledger.db');
    const waits = traced(path).filter((line) => /sync\(\d+<.*ledger\.db-wal>/.test(line));
    expect(waits.length).toBeGreaterThanOrEqual(CLAIMS);
  });

  it('is found again: each new folder is in its parent on the disk before the next is made', () => {
    const root = tempFolder();
    const lines = traced(join(root, 'one', 'two', 'ledger.db'));
    const steps = [
      `mkdir("${root}/one"`,
      `<${root}>)`,
      `mkdir("${root}/one/two"`,
      `<${root}/one>)`,
    ];
    const found = steps.map((step) => lines.findIndex((line) => line.includes(step)));
    expect(found).not.toContain(-1);
    expect([...found].sort((one, two) => one - two)).toEqual(found);
  });
});
