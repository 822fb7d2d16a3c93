import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canCheck } from '../support/check.ts';
import { type CliOptions, cli, type Ended, folder } from '../support/cli.ts';

/** Checks nothing but two runs of something that is safe. */
function check(flags: readonly string[], options: CliOptions): Promise<Ended> {
  return cli(['check', '--only', 'twice', ...flags, '--', 'mkdir', '-p', 'made'], options);
}

const JUNIT = /^<\?xml .*<testcase .*<\/testsuites>\n$/su;
const ANNOTATION = '::notice title=Safe to run twice::mkdir -p made\n';

describe.runIf(canCheck('the reports of a check'))('runtwice check', () => {
  it('writes each form that is asked for, beside the report', async () => {
    const cwd = folder();
    const { code, stdout } = await check(['--junit', 'j.xml', '--html', 'h.html'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ SAFE {2}mkdir -p made\n/u);
    expect(readFileSync(join(cwd, 'j.xml'), 'utf8')).toMatch(JUNIT);
    expect(readFileSync(join(cwd, 'h.html'), 'utf8')).toMatch(/^<!doctype html>/u);
  });

  it('adds to the summary of a job', async () => {
    const cwd = folder({ 'summary.md': 'before\n' });
    const env = { GITHUB_STEP_SUMMARY: join(cwd, 'summary.md') };
    const { code, stdout } = await check(['--github'], { cwd, env });
    expect(code).toBe(0);
    expect(stdout.endsWith(ANNOTATION)).toBe(true);
    expect(readFileSync(join(cwd, 'summary.md'), 'utf8')).toMatch(/^before\n### ✅ SAFE: /u);
  });

  it('lets GitHub take nothing in the report for a command', async () => {
    const { stdout } = await check(['--github'], { cwd: folder() });
    const [, token] = /^::stop-commands::([\w-]{36})\n✓ SAFE/u.exec(stdout) ?? [];
    expect(stdout.endsWith(`\n::${token}::\n${ANNOTATION}`)).toBe(true);
  });

  it('leaves the report alone on stdout with --json', async () => {
    const env = { GITHUB_STEP_SUMMARY: '' };
    const { stdout, stderr } = await check(['--github', '--json'], { cwd: folder(), env });
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'safe' });
    expect(stderr).toBe(ANNOTATION);
  });

  it.each<[string, string[], Record<string, string>]>([
    ['--junit', ['--junit', 'no/j.xml', '--html', 'h.html'], {}],
    ['--html', ['--html', 'no/h.html', '--junit', 'h.html'], {}],
    ['the summary', ['--github', '--html', 'h.html'], { GITHUB_STEP_SUMMARY: 'no/summary.md' }],
  ])('gives out the others where %s cannot be written, and says so', async (_, flags, env) => {
    const cwd = folder();
    const { code, stdout, stderr } = await check(flags, { cwd, env });
    expect(code).toBe(2);
    expect(stdout).toContain('✓ SAFE  mkdir -p made\n');
    expect(stderr).toMatch(/^runtwice: cannot write no\//u);
    expect(existsSync(join(cwd, 'h.html'))).toBe(true);
  });

  it('prints one document with --json, also where a file cannot be written', async () => {
    const { stdout, stderr } = await check(['--json', '--html', 'no/h'], { cwd: folder() });
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'runtwice.check/1', verdict: 'safe' });
    expect(stderr).toContain('cannot write no/h');
  });
});
