import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  asyncProperty,
  assert as check,
  constantFrom,
  dictionary,
  integer,
  oneof,
  record,
  string,
  uint8Array,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../../../src/core/outcome.ts';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { onFsCall, systemError } from '../../support/files-hooks.ts';
import { contentsOf, leftoversIn, plant, type Tree } from '../../support/tree.ts';

const RUNS = 60;
const CALLS = [
  'openSync',
  'readSync',
  'fstatSync',
  'writeSync',
  'fchmodSync',
  'linkSync',
  'symlinkSync',
  'renameSync',
  'unlinkSync',
  'mkdirSync',
  'lstatSync',
  'readlinkSync',
  'rmdirSync',
] as const;
/** Those without which a working folder cannot be removed. */
const REMOVALS = new Set<string>(['unlinkSync', 'rmdirSync', 'openSync']);
const CODES = [
  ['EIO', 5],
  ['ENOSPC', 28],
  ['EACCES', 13],
  ['ENOENT', 2],
  ['EMFILE', 24],
] as const;

const name = string({ minLength: 1, maxLength: 6 }).map(
  (text) => `n${text.replace(/[/\0]/gu, '_')}`,
);
const file = oneof(string({ maxLength: 20 }), uint8Array({ maxLength: 50 }));
const link = record({ to: name });
const folder = dictionary(name, oneof(file, link), { maxKeys: 4 });
const tree = dictionary(name, oneof({ weight: 3, arbitrary: file }, link, folder), { maxKeys: 8 });
const fault = record({
  call: constantFrom(...CALLS),
  nth: integer({ min: 0, max: 25 }),
  error: constantFrom(...CODES),
});
const options = record({
  durability: constantFrom('group' as const, 'none' as const),
  onConflict: constantFrom('report' as const, 'replace' as const, 'rename' as const),
});

describe('random trees and random faults', () => {
  it('the counts add up, nothing torn is visible, no file stays open, and the next run finishes', async () => {
    const property = asyncProperty(tree, tree, fault, options, async (source, there, what, how) => {
      const root = mkdtempSync(join(tmpdir(), 'runtwice-fault-'));
      try {
        await oneRun(root, source as Tree, there as Tree, what, how);
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    });
    const openBefore = openFiles();
    await check(property, { numRuns: RUNS });
    expect(openFiles()).toBe(openBefore);
  });
});

async function oneRun(
  root: string,
  source: Tree,
  there: Tree,
  {
    call,
    nth,
    error,
  }: { call: (typeof CALLS)[number]; nth: number; error: readonly [string, number] },
  how: { durability: 'group' | 'none'; onConflict: 'report' | 'replace' | 'rename' },
): Promise<void> {
  const [from, to] = [join(root, 'from'), join(root, 'to')];
  plant(from, source);
  plant(to, there);
  const [wanted, before] = [contentsOf(from), contentsOf(to)];
  const heal = onFsCall(call, ({ index, proceed }) => {
    if (index === nth) throw systemError(...error);
    return proceed();
  });
  try {
    const report = await exportFiles(from, to, how).catch(onlyOurs);
    if (report !== undefined) {
      expect(OUTCOMES.reduce((sum, outcome) => sum + report.counts[outcome], 0)).toBe(report.total);
      expect(report.done + report.already + report.attention).toBe(report.total);
    }
  } finally {
    heal();
  }
  const known = new Set([...Object.values(wanted), ...Object.values(before), '(folder)']);
  for (const [path, content] of Object.entries(contentsOf(to))) {
    if (!path.includes('.runtwice-stage')) expect(known).toContain(content);
    if (how.onConflict !== 'replace' && path in before) expect(content).toBe(before[path]);
  }
  const next = await exportFiles(from, to, how);
  expect(next.counts).toMatchObject({ failed: 0, untried: 0 });
  const last = await exportFiles(from, to, how);
  expect(last.counts).toMatchObject({ created: 0, updated: 0, failed: 0 });
  // What could not be removed stays until the process that made it is gone: this one is alive.
  if (!REMOVALS.has(call)) expect(leftoversIn(to)).toEqual([]);
}

/** An error that is thrown, not reported, says what it is; any other is a fault of ours. */
function onlyOurs(error: unknown): undefined {
  expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_RUNTWICE_/) });
}

function openFiles(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}
