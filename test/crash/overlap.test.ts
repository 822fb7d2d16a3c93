import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ExportReport, exportFiles } from '../../src/ensure/files/index.ts';
import { cli } from '../support/cli.ts';
import { eachOf } from '../support/crash-each.ts';
import { HAS_STRACE, killAt, killPoints, traceOnly } from '../support/crash-strace.ts';
import { expectFinished, expectNothingTorn, smallSource, visible } from '../support/crash-tree.ts';
import { requireOrSay } from '../support/require.ts';
import { leftoversIn, manyFiles, workFolder } from '../support/tree.ts';

const canKill = requireOrSay(HAS_STRACE, 'strace', 'kills of exports that overlap');
/** All points take two minutes: under the other versions of Node only every nth is taken. */
const EVERY = Number(process.env['RUNTWICE_KILL_EVERY'] ?? 1);

describe('exports into one folder at once', () => {
  it.each([2, 8])('%i of them: every file is exported by exactly one', async (count) => {
    const files = 400;
    const { from, to } = workFolder(manyFiles(files));
    const runs = await Promise.all(
      Array.from({ length: count }, () => cli(['export', '--json', from, to])),
    );
    const reports = runs.map(({ stdout }) => JSON.parse(stdout) as ExportReport);
    expect(runs.map(({ code }) => code)).toEqual(runs.map(() => 0));
    for (const report of reports) expect(report.done + report.already).toBe(files);
    expect(reports.reduce((sum, { counts }) => sum + counts.created, 0)).toBe(files);
    expect(visible(to)).toEqual(visible(from));
    expect(leftoversIn(to)).toEqual([]);
  });
});

describe.runIf(canKill)('exports into one folder at once that are killed', () => {
  it('both of two, at any mutating call: nothing torn, and the next run finishes', async () => {
    await killAllAt(2, 2, 3);
  }, 600_000);

  it('four of eight, at any mutating call: the others finish, and nothing is left over', async () => {
    await killAllAt(8, 4, 1);
  }, 600_000);
});

/** Starts `count` exports, of which `victims` are killed, for every kill point of a single run. */
async function killAllAt(count: number, victims: number, width: number): Promise<void> {
  const { root, from } = smallSource();
  await exportFiles(from, join(root, 'clean'));
  const clean = visible(join(root, 'clean'));
  const points = await killPoints([from, join(root, 'traced')], join(root, 'traced'));
  const taken = points.filter((_, index) => index % EVERY === 0);
  let killed = 0;
  await eachOf(taken, width, async (point, index) => {
    const to = join(root, `to-${index}`);
    const dying = Array.from({ length: victims }, () => killAt(point, [from, to]));
    const living = Array.from({ length: count - victims }, () => traceOnly(point, [from, to]));
    for (const { code, stdout } of await Promise.all(living)) expect(code, stdout).toBe(0);
    killed += (await Promise.all(dying)).filter(({ signal }) => signal === 'SIGKILL').length;
    expectNothingTorn(to, clean);
    await expectFinished(from, to, clean);
  });
  console.log(
    `${count} at once: ${killed} of ${taken.length * victims} were killed at ${taken.length} of ${points.length} calls.`,
  );
  // They share the work, so none makes all the calls of a single run.
  expect(killed).toBeGreaterThan(taken.length / 4);
}
