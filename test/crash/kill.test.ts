import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportFiles } from '../../src/ensure/files/index.ts';
import { eachOf } from '../support/crash-each.ts';
import { HAS_STRACE, type KillPoint, killAt, killPoints } from '../support/crash-strace.ts';
import { expectFinished, expectNothingTorn, smallSource, visible } from '../support/crash-tree.ts';
import { requireOrSay } from '../support/require.ts';

const canKill = requireOrSay(HAS_STRACE, 'strace', 'kills at every system call');

describe.runIf(canKill)('an export that is killed', () => {
  it.each(['group', 'file', 'none'] as const)(
    'at any mutating system call (--durability %s) leaves nothing torn, and the next run finishes it',
    async (durability) => {
      const { root, from } = smallSource();
      const clean = await cleanRun(from, join(root, 'clean'));
      const args = (to: string): string[] => ['--durability', durability, from, to];
      const points = await killPoints(args(join(root, 'traced')), join(root, 'traced'));
      expect(points.length).toBeGreaterThan(35);
      const missed: KillPoint[] = [];
      await eachOf(points, 3, async (point, index) => {
        const to = join(root, `to-${index}`);
        if ((await killAt(point, args(to))).signal !== 'SIGKILL') missed.push(point);
        expectNothingTorn(to, clean);
        await expectFinished(from, to, clean);
      });
      console.log(
        `Killed at ${points.length - missed.length} of ${points.length} calls (${durability}).`,
      );
      // How many files share a sync depends on how fast they come: a slow run has fewer syncs.
      expect(missed.filter(({ call }) => call !== 'fsync')).toEqual([]);
      expect(missed.length).toBeLessThan(points.length / 10);
    },
    300_000,
  );
});

async function cleanRun(from: string, to: string): Promise<Map<string, string>> {
  const report = await exportFiles(from, to);
  expect(report.ok).toBe(true);
  return visible(to);
}
