import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isUnicode } from '../../src/cli/output.ts';
import { cli, folder, shell, startCli } from '../support/cli.ts';

describe.skipIf(process.platform === 'win32')('isUnicode', () => {
  it.each<[NodeJS.ProcessEnv, boolean]>([
    [{ LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LC_CTYPE: 'C.UTF-8', LANG: 'C' }, true],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, false],
    [{ LC_ALL: '', LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'de_DE.ISO-8859-1' }, false],
    [{ LANG: 'POSIX' }, false],
    [{}, false],
  ])('with %j is %s', (env, expected) => {
    expect(isUnicode(env)).toBe(expected);
  });
});

describe('marks', () => {
  it.each([
    [{ LANG: 'C.UTF-8' }, '✓'],
    [{ LC_ALL: 'C' }, '[ok]'],
  ])('with %j are %s', async (env, mark) => {
    const cwd = folder({ 'work/a': 'a' });
    const { stdout } = await cli(['export', 'work', 'out'], { cwd, env });
    expect(stdout.startsWith(`${mark} Exported 1.\n`)).toBe(true);
  });
});

describe('a report that nobody reads', () => {
  it.each([[[]], [['--json']]])('does not keep the export from its end (%j)', async (flags) => {
    const cwd = folder({ 'work/a': 'a', 'work/b': 'b' });
    const { child, ended } = startCli(['export', ...flags, 'work', 'out'], { cwd });
    child.stdout?.destroy();
    expect(await ended).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readdirSync(join(cwd, 'out')).toSorted()).toEqual(['a', 'b']);
  });

  it('keeps its exit code when something differs', async () => {
    const cwd = folder({ 'work/a': 'a', 'out/a': 'other' });
    const { child, ended } = startCli(['export', 'work', 'out'], { cwd });
    child.stdout?.destroy();
    expect(await ended).toEqual({ code: 3, stdout: '', stderr: '' });
  });

  it('may be closed from the start', async () => {
    const cwd = folder({ 'work/a': 'a' });
    const { code, stderr } = await shell('"$@" export work out >&-', { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(readdirSync(join(cwd, 'out'))).toEqual(['a']);
  });
});

describe('a report that cannot be written', () => {
  it.runIf(existsSync('/dev/full'))('is one line and exit code 1, not a crash', async () => {
    const cwd = folder({ 'work/a': 'a' });
    const { code, stderr } = await shell('"$@" export work out >/dev/full', { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^runtwice: cannot print the report: ENOSPC[^\n]*\n$/);
    expect(readdirSync(join(cwd, 'out'))).toEqual(['a']);
  });
});

describe('an error that nobody reads', () => {
  it('keeps its exit code', async () => {
    const { code } = await shell('"$@" export 2>&-', { cwd: folder() });
    expect(code).toBe(2);
  });
});
