import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ExportReport, exportFiles } from '../../src/ensure/files/index.ts';
import { eachOf } from '../support/crash-each.ts';
import { failAt, HAS_STRACE, killPoints } from '../support/crash-strace.ts';
import { expectFinished, expectNothingTorn, smallSource, visible } from '../support/crash-tree.ts';
import { requireOrSay } from '../support/require.ts';
import { leftoversIn } from '../support/tree.ts';

const canFail = requireOrSay(HAS_STRACE, 'strace', 'errors of every system call');

/** What each call may say on a full, used-up or broken disk. */
const ERRORS: Readonly<Record<string, readonly string[]>> = {
  write: ['ENOSPC', 'EDQUOT', 'EIO'],
  copy_file_range: ['ENOSPC', 'EIO'],
  openat: ['ENOSPC', 'EDQUOT'],
  mkdir: ['ENOSPC', 'EDQUOT'],
  link: ['ENOSPC', 'EIO'],
  fsync: ['EIO', 'ENOSPC'],
};

describe.runIf(canFail)('a disk that fails', () => {
  it('at any call: exit 1, nothing torn, nothing left over, and the next run finishes', async () => {
    const { root, from } = smallSource();
    await exportFiles(from, join(root, 'clean'));
    const clean = visible(join(root, 'clean'));
    const points = await killPoints([from, join(root, 'traced')], join(root, 'traced'));
    const faults = points.flatMap((point) =>
      (ERRORS[point.call] ?? []).map((error) => ({ point, error })),
    );
    let failed = 0;
    await eachOf(faults, 3, async ({ point, error }, index) => {
      const to = join(root, `to-${index}`);
      const { signal, code, stdout } = await failAt(point, error, ['--json', from, to]);
      expectNothingTorn(to, clean);
      // The same number may be a write of Node's own: to its event loop, or of the report.
      if (signal === null) {
        const where = `${error} at ${point.call} ${point.nth}`;
        if (stdout === '') expect(code, where).toBe(1);
        else expectHonest(JSON.parse(stdout), code, where, error);
        if (existsSync(to)) expect(leftoversIn(to), where).toEqual([]);
      }
      if (code === 1) failed++;
      await expectFinished(from, to, clean);
    });
    console.log(`${failed} of ${faults.length} errors made the export fail; none was hidden.`);
    expect(failed).toBeGreaterThan(faults.length / 2);
  }, 300_000);
});

/** Either it is all there, or what is not is named with its reason, and the exit code says so. */
function expectHonest(
  report: ExportReport | { ok: false; code: string },
  code: number | null,
  at: string,
  error: string,
): void {
  const where = `${at}: ${JSON.stringify(report)}`;
  expect(report.ok ? 0 : 1, where).toBe(code);
  if ('counts' in report && !report.ok) {
    const failed = report.items.filter(({ outcome }) => outcome === 'failed');
    expect(failed.length, where).toBeGreaterThan(0);
    for (const { reason } of failed) expect(reason, where).toMatch(REASONS[error] ?? /never/u);
  }
}

const REASONS: Readonly<Record<string, RegExp>> = {
  ENOSPC: /no space left on device/u,
  EDQUOT: /quota/u,
  EIO: /i\/o error/u,
};
