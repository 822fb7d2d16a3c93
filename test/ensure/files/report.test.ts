import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCode } from '../../../src/core/exit-code.ts';
import type { Report, ReportItem } from '../../../src/core/report.ts';
import { verdict } from '../../../src/core/words.ts';
import { EXPORT_WORDS, type ExportProgress, exportFiles } from '../../../src/ensure/files/index.ts';
import { shell } from '../../support/cli.ts';
import { runExport } from '../../support/files-run.ts';
import { bytesPath, contentsOf, manyFiles, plant, workFolder } from '../../support/tree.ts';

describe('the report of an export', () => {
  it('of nothing exported and 800 skipped says that there is nothing to do, and is success', async () => {
    const { from, to } = workFolder(manyFiles(800));
    await exportFiles(from, to, { durability: 'none' });
    const report = await exportFiles(from, to);
    expect(exitCode(report)).toBe(0);
    expect(verdict(report, EXPORT_WORDS)).toBe(
      '✓ Nothing to do: all 800 files are already in the folder (exported 0, skipped 800).',
    );
  });

  it('of an empty source says that there is nothing to export, and is success', async () => {
    const { from, to } = workFolder();
    const report = await exportFiles(from, to);
    expect(report).toMatchObject({ ok: true, total: 0, details: { made: true } });
    expect(verdict(report, EXPORT_WORDS)).toContain('there are no files to export');
    expect(runExport([from, to])).toMatchObject({ status: 0, stderr: '' });
  });

  it('is one JSON document on stdout even when items fail, with every name without loss', () => {
    const { from, to } = workFolder({ 'a.txt': 'a', 'other\n"name"': 'source' });
    const odd = Buffer.from([0xff, 0x0a, 0x22]);
    writeFileSync(bytesPath(from, odd), 'source');
    plant(to, { 'other\n"name"': 'target' });
    mkdirSync(bytesPath(to, odd));
    const ran = runExport(['--json', from, to]);
    expect(ran.status).toBe(3);
    expect(ran.stdout.endsWith('}\n')).toBe(true);
    const report = JSON.parse(ran.stdout) as Report;
    expect(report.counts).toMatchObject({ created: 1, differs: 2 });
    const names = report.items.map(({ item, bytes }) =>
      bytes === undefined ? Buffer.from(item) : Buffer.from(bytes, 'base64'),
    );
    expect(names).toContainEqual(odd);
    expect(names).toContainEqual(Buffer.from('other\n"name"'));
  });

  it('never lets a file’s name steer the terminal', () => {
    const { from, to } = workFolder({ 'a\u001b[2Jb\u202e\nc': 'source' });
    plant(to, { 'a\u001b[2Jb\u202e\nc': 'target' });
    const { stdout } = runExport([from, to]);
    expect(stdout).toContain('a\\x1b[2Jb\\u{202e}\\nc');
    expect(stdout).not.toContain('\u001b');
  });

  it('to a reader that went away does not keep the files from being exported', async () => {
    const { from, to } = workFolder(manyFiles(50));
    const { code, stderr } = await shell(`"$@" export "${from}" "${to}" | true; echo done >&2`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'done\n' });
    expect(contentsOf(to)).toEqual(contentsOf(from));
    const closed = await shell(`"$@" export "${from}" "${to}" >&-`);
    expect(closed.code).toBe(0);
  });

  it('tells every file once, in order, whole groups at a time', async () => {
    const { from, to } = workFolder(manyFiles(600));
    const told: ReportItem[] = [];
    const report = await exportFiles(from, to, { onItem: (item) => told.push(item) });
    expect(told).toHaveLength(600);
    expect(new Set(told.map(({ item }) => item)).size).toBe(600);
    expect(report.items).toEqual([]);
  });

  it('counts progress up to the total, and bytes up to what was copied', async () => {
    const { from, to } = workFolder({ ...manyFiles(10), 'large.bin': Buffer.alloc(2 * 1024 ** 2) });
    const shown: ExportProgress[] = [];
    const report = await exportFiles(from, to, { onProgress: (state) => shown.push(state) });
    expect(shown.at(-1)).toMatchObject({ finished: 11, total: 11, bytes: report.details?.bytes });
  });
});

describe('an export that is interrupted', () => {
  it('by Ctrl-C prints what was done so far, exits 130, and the next run finishes', () => {
    const { from, to } = workFolder(manyFiles(1000));
    const at = { call: 'linkSync', nth: 300, signal: 'SIGINT' } as const;
    const ran = runExport(['--json', '--durability', 'none', from, to], { at });
    expect(ran.status).toBe(130);
    const { counts, total } = JSON.parse(ran.stdout) as Report;
    expect(counts.created).toBeGreaterThanOrEqual(300);
    expect(counts.created + counts.untried).toBe(total);
    const next = runExport(['--json', from, to]);
    expect(next.status).toBe(0);
    expect((JSON.parse(next.stdout) as Report).counts).toMatchObject({
      created: 1000 - counts.created,
      unchanged: counts.created,
    });
    expect(contentsOf(to)).toEqual(contentsOf(from));
  });

  it('by SIGTERM says so in words and exits 143', () => {
    // A signal is heard at a turn of the loop: enough files that many turns follow it.
    const { from, to } = workFolder(manyFiles(1000));
    const at = { call: 'linkSync', nth: 5, signal: 'SIGTERM' } as const;
    const ran = runExport([from, to], { at });
    expect(ran.status).toBe(143);
    expect(ran.stdout).toMatch(/Interrupted: exported \d+/);
  });

  it('by its signal before it began does nothing, and all is untried', async () => {
    const { root, from, to } = workFolder(manyFiles(5));
    plant(to, {});
    const report = await exportFiles(from, to, { signal: AbortSignal.abort() });
    expect(report).toMatchObject({ ok: false, counts: { untried: 5 } });
    expect(Object.keys(contentsOf(root)).filter((name) => name.startsWith('to/'))).toEqual([]);
  });

  it('by an error in the caller’s own function is thrown, and what was exported is whole', async () => {
    const { from, to } = workFolder(manyFiles(50));
    const onItem = ({ item }: ReportItem): void => {
      if (item.endsWith('0020.txt')) throw new Error('from onItem');
    };
    await expect(exportFiles(from, to, { onItem })).rejects.toThrow('from onItem');
    const wanted = contentsOf(from);
    for (const [name, content] of Object.entries(contentsOf(to)))
      expect(content).toBe(wanted[name]);
    await exportFiles(from, to);
    expect(contentsOf(to)).toEqual(wanted);
  });

  it('stops no later than one turn, in the middle of a large file too', async () => {
    const { from, to } = workFolder({ 'a.txt': 'a' });
    writeFileSync(join(from, 'large.bin'), Buffer.alloc(3 * 1024 ** 2));
    const controller = new AbortController();
    const running = exportFiles(from, to, { signal: controller.signal });
    controller.abort();
    const report = await running;
    expect(report.counts.failed).toBe(0);
    expect(report.total).toBe(2);
  });
});
