import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Interruption } from '../../src/cli/signals.ts';
import { cli, folder, startCli } from '../support/cli.ts';

const FILES = 4000;

describe('Interruption', () => {
  let interruption: Interruption | undefined;
  afterEach(() => interruption?.end());

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('makes of the first %s an abort and exit code %i', (signal, code) => {
    interruption = new Interruption();
    expect([interruption.signal.aborted, interruption.exitCode]).toEqual([false, undefined]);
    process.emit(signal, signal);
    expect([interruption.signal.aborted, interruption.exitCode]).toEqual([true, code]);
  });

  it('leaves a second signal, and those after its end, to the system', () => {
    const before = process.listenerCount('SIGINT');
    interruption = new Interruption();
    expect(process.listenerCount('SIGINT')).toBe(before + 1);
    process.emit('SIGINT', 'SIGINT');
    expect(process.listenerCount('SIGINT')).toBe(before);
    new Interruption().end();
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

/** A folder with more files than an export can copy before it sees a signal. */
function manyFiles(): string {
  const names = Array.from({ length: FILES }, (_, index) => `work/${index % 20}/${index}`);
  return folder(Object.fromEntries(names.map((name) => [name, name])));
}

/** Resolves when the export is copying: its working folder is in the destination. */
async function copying(out: string): Promise<void> {
  const isStaged = () =>
    existsSync(out) && readdirSync(out).some((name) => name.startsWith('.runtwice-stage.'));
  while (!isStaged()) await new Promise((resolve) => setTimeout(resolve, 1));
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('an export that gets %s', (signal, exit) => {
  it(`prints the report so far, exits ${exit}, and running again finishes it`, async () => {
    const cwd = manyFiles();
    const out = join(cwd, 'out');
    const flags = ['--durability', 'file', '--report', 'report.json', '--items', 'items.ndjson'];
    const { child, ended } = startCli(['export', ...flags, 'work', 'out'], { cwd });
    await copying(out);
    child.kill(signal);

    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: exit, stderr: '' });
    expect(stdout).toMatch(/^✗ Interrupted: exported \d+; \d+ untried\. Run again to finish: /);
    const report = JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'));
    expect(report).toMatchObject({ total: FILES, attention: report.counts.untried, ok: false });
    expect(report.counts.created + report.counts.untried).toBe(FILES);
    const items = readFileSync(join(cwd, 'items.ndjson'), 'utf8').trimEnd().split('\n');
    expect(items).toHaveLength(FILES);

    // What is there is whole and is what was counted; nothing else is left behind.
    const there = filesIn(out);
    expect(there).toHaveLength(report.counts.created);
    for (const file of there)
      expect(`work${file.slice(out.length)}`).toBe(readFileSync(file, 'utf8'));

    const again = await cli(['export', '--durability', 'none', '--json', 'work', 'out'], { cwd });
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({
      total: FILES,
      done: FILES - there.length,
      already: there.length,
    });
    expect(filesIn(out)).toHaveLength(FILES);
  });
});

describe('an interrupted export with --json', () => {
  it('prints one document', async () => {
    const cwd = manyFiles();
    const args = ['export', '--durability', 'file', '--json', 'work', 'out'];
    const { child, ended } = startCli(args, { cwd });
    await copying(join(cwd, 'out'));
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'runtwice.report/1', total: FILES });
  });
});
