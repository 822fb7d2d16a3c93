import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report, ReportItem } from '../../src/core/report.ts';
import { cli, folder } from '../support/cli.ts';

const WORK = { 'work/a.txt': 'a', 'work/sub/b.txt': 'b' };

function readJson(...path: string[]): Report {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}

describe('runtwice export', () => {
  it('exports a tree, and the second run skips all of it and succeeds', async () => {
    const cwd = folder(WORK);
    const first = await cli(['export', 'work', 'out'], { cwd });
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^✓ Exported 2\.\n {2}to out \(made\), 2 B copied, [\d.]+ s\n$/);
    const second = await cli(['export', 'work', 'out'], { cwd });
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toMatch(
      /^✓ Nothing to do: all 2 files are already in the folder \(exported 0, skipped 2\)\.\n/,
    );
    expect(readdirSync(join(cwd, 'out')).toSorted()).toEqual(['a.txt', 'sub']);
  });

  it('exports files straight into a folder', async () => {
    const cwd = folder(WORK);
    await cli(['export', 'work/a.txt', 'work/sub/b.txt', 'out'], { cwd });
    expect(readdirSync(join(cwd, 'out')).toSorted()).toEqual(['a.txt', 'b.txt']);
  });

  it('takes names that begin with dashes after --', async () => {
    const cwd = folder({ '--json': '1', '-rf': '2' });
    const { code, stdout } = await cli(['export', '--', '--json', '-rf', '-out'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ Exported 2\./);
    expect(readdirSync(join(cwd, '-out')).toSorted()).toEqual(['--json', '-rf']);
  });

  it('puts the paths before and after -- together', async () => {
    const cwd = folder({ a: '1', '-b': '2' });
    await cli(['export', 'a', '--', '-b', 'out'], { cwd });
    expect(readdirSync(join(cwd, 'out')).toSorted()).toEqual(['-b', 'a']);
  });

  it('in a dry run says what would be done and writes nothing', async () => {
    const cwd = folder(WORK);
    const { code, stdout } = await cli(['export', '--dry-run', 'work', 'out'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ Would export 2\. Nothing was written\.\n/);
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });
});

describe('exit codes of an export', () => {
  const CLASH = { ...WORK, 'out/a.txt': 'other' };

  it('are 3 when something differs, and the report names it', async () => {
    const { code, stdout } = await cli(['export', 'work', 'out'], { cwd: folder(CLASH) });
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^! Exported 1; 1 differs: a\.txt has the same name but other content \(kept the existing one\)\.\n/,
    );
  });

  it('are 0 when that is accepted', async () => {
    const cwd = folder(CLASH);
    const { code, stdout } = await cli(['export', '--on-conflict', 'keep', 'work', 'out'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ Exported 1; 1 differs: /);
    expect(readFileSync(join(cwd, 'out/a.txt'), 'utf8')).toBe('other');
  });

  it('are 3 when --verify finds something missing', async () => {
    const cwd = folder(WORK);
    expect((await cli(['export', '--verify', 'work', 'out'], { cwd })).code).toBe(3);
    await cli(['export', 'work', 'out'], { cwd });
    const { code, stdout } = await cli(['export', '--verify', 'work', 'out'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ Verified: all 2 files /);
  });

  it('are 10 with --exit-changed when something was exported, and 0 when not', async () => {
    const cwd = folder(WORK);
    const run = () => cli(['export', '--exit-changed', 'work', 'out'], { cwd });
    expect((await run()).code).toBe(10);
    expect((await run()).code).toBe(0);
  });

  it('are 3, not 10, with --exit-changed when something differs', async () => {
    const args = ['export', '--exit-changed', 'work', 'out'];
    expect((await cli(args, { cwd: folder(CLASH) })).code).toBe(3);
  });

  it('are 1 when a file failed', async () => {
    const args = ['export', '--files-from', '-', 'work', 'out'];
    const { code, stdout } = await cli(args, { cwd: folder(WORK), input: 'a.txt\nmissing\n' });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ Exported 1; 1 failed: missing: it does not exist\. Run again /);
  });
});

describe('--json', () => {
  it.each<[string, string[], Partial<Report>]>([
    ['a first run', [], { ok: true, done: 2 }],
    ['a dry run', ['--dry-run'], { dryRun: true, done: 2 }],
    ['a quiet run', ['--quiet'], { ok: true }],
    ['a verification', ['--verify'], { ok: false, attention: 2 }],
  ])('prints one document and nothing else for %s', async (_, flags, expected) => {
    const cwd = folder(WORK);
    const { stdout, stderr } = await cli(['export', '--json', ...flags, 'work', 'out'], { cwd });
    expect(stderr).toBe('');
    expect(stdout.endsWith('}\n')).toBe(true);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'runtwice.report/1', ...expected });
  });

  it.runIf(existsSync('/dev/full'))(
    'prints one document when the items cannot be written',
    async () => {
      const args = ['export', '--json', '--items', '/dev/full', 'work', 'out'];
      const { code, stdout, stderr } = await cli(args, { cwd: folder(WORK) });
      expect(code).not.toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ schema: 'runtwice.report/1', done: 2 });
      expect(stderr).toMatch(/^runtwice: cannot write \/dev\/full: [^\n]*\n$/);
    },
  );

  it('prints one document when the report cannot be written: that of the work done', async () => {
    const args = ['export', '--json', '--report', 'no/report', 'work', 'out'];
    const { code, stdout, stderr } = await cli(args, { cwd: folder(WORK) });
    expect(code).not.toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'runtwice.report/1', done: 2 });
    expect(stderr).toMatch(/^runtwice: cannot write no\/report: /);
  });
});

describe('--quiet', () => {
  it('prints nothing when all is well', async () => {
    const cwd = folder(WORK);
    const run = () => cli(['export', '--quiet', 'work', 'out'], { cwd });
    expect(await run()).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await run()).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('prints the report when something is not', async () => {
    const cwd = folder({ ...WORK, 'out/a.txt': 'other' });
    const { code, stdout } = await cli(['export', '--quiet', 'work', 'out'], { cwd });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^! /);
  });
});

describe('--items and --report', () => {
  it('write every file, and the same report that is printed', async () => {
    const cwd = folder({ ...WORK, 'out/a.txt': 'other' });
    const args = ['export', '--json', '--items', 'items', '--report', 'report', 'work', 'out'];
    const { stdout } = await cli(args, { cwd });
    expect(readJson(cwd, 'report')).toEqual(JSON.parse(stdout));
    const items = readFileSync(join(cwd, 'items'), 'utf8').trimEnd().split('\n');
    const told = items.map((line) => JSON.parse(line) as ReportItem);
    expect(told.map(({ item, outcome }) => `${item} ${outcome}`).toSorted()).toEqual([
      'a.txt differs',
      'sub/b.txt created',
    ]);
  });
});

describe('--files-from', () => {
  const FILES = { 'work/a.txt': 'a', 'work/b b.txt': 'b', 'work/c.txt': 'c', 'work/-d': 'd' };
  const exported = async (args: string[], files: Record<string, string>, input?: string) => {
    const cwd = folder({ ...FILES, ...files });
    const options = { cwd, ...(input !== undefined && { input }) };
    const { code, stdout } = await cli(['export', '--json', ...args, 'work', 'out'], options);
    const report = JSON.parse(stdout) as Report;
    return { code, total: report.total, names: readdirSync(join(cwd, 'out')).toSorted() };
  };

  it.each([
    ['lines', 'a.txt\nb b.txt\n-d\n'],
    ['lines as Windows ends them', 'a.txt\r\nb b.txt\r\n-d'],
    ['a file that is named twice', 'a.txt\nb b.txt\n-d\na.txt\n./a.txt\n'],
  ])('takes %s', async (_, list) => {
    const result = { code: 0, total: 3, names: ['-d', 'a.txt', 'b b.txt'] };
    expect(await exported(['--files-from', 'list'], { list })).toEqual(result);
    expect(await exported(['--files-from', '-'], {}, list)).toEqual(result);
  });

  it('takes names separated by zero bytes with -0', async () => {
    const name = 'new\nline';
    const files = { [`work/${name}`]: 'x' };
    const result = { code: 0, total: 2, names: ['a.txt', name] };
    expect(await exported(['--files-from', '-', '-0'], files, `a.txt\0${name}\0`)).toEqual(result);
    expect(await exported(['--null', '--files-from', '-'], files, `a.txt\0${name}`)).toEqual(
      result,
    );
  });

  it('of an empty list succeeds and says so', async () => {
    const cwd = folder(FILES);
    const { code, stdout } = await cli(['export', '--files-from', '-', 'work', 'out'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ Nothing to do: there are no files to export /);
  });

  it('without a source takes each line as if it had been named', async () => {
    const cwd = folder(FILES);
    const args = ['export', '--files-from', '-', 'out'];
    const { code } = await cli(args, { cwd, input: 'work/a.txt\nwork/c.txt\n' });
    expect(code).toBe(0);
    expect(readdirSync(join(cwd, 'out')).toSorted()).toEqual(['a.txt', 'c.txt']);
  });

  it('refuses a line that leaves the source folder, before anything is written', async () => {
    const cwd = folder(FILES);
    const args = ['export', '--files-from', '-', 'work', 'out'];
    const { code, stderr } = await cli(args, { cwd, input: 'a.txt\n../secret\n' });
    expect(code).toBe(2);
    expect(stderr).toContain('../secret');
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });
});
