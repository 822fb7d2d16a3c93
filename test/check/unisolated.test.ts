// A machine that cannot keep a command apart, made of this one: it may make no space of processes, or has
// no helper, or its programs may not be traced.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { PROXY_PORT } from '../../src/check/observers/http/proxy.ts';
import type { CheckReport } from '../../src/check/report.ts';
import { answersOf, canCheck, isInstalled } from '../support/check.ts';
import { folder, MAIN, start } from '../support/cli.ts';
import { tempFolder } from '../support/tree.ts';
import { until } from '../support/until.ts';

const WITHOUT_SPACES = [
  ...['unshare', '--user', '--map-root-user', 'sh', '-c'],
  ...['echo 0 > /proc/sys/user/max_pid_namespaces && exec "$@"', 'sh'],
];
const TORN = ['sh', '-c', '[ -e sum.txt ] || { echo total; sleep 0.5; echo 42; } > sum.txt'];
const PARTLY = expect.stringContaining('what it did outside of its copy was seen in part only');
const EFFECTS = 'it ran unisolated, with all of this machine in its reach; kills: by effect';
const TIMES =
  'it ran unisolated, with all of this machine in its reach; kills: by time, not by effect';

interface Asked {
  /** What the check is run by. */
  readonly by?: readonly string[];
  readonly main?: string;
  readonly flags?: readonly string[];
  readonly files?: Record<string, string>;
  readonly env?: Record<string, string>;
}

async function check(
  command: readonly string[],
  { by = WITHOUT_SPACES, main = MAIN, flags = ['--unisolated'], files = {}, env = {} }: Asked = {},
): Promise<CheckReport & { exit: number | null }> {
  const args = [...by, process.execPath, main, 'check', '--json', ...flags, '--', ...command];
  const { code, stdout, stderr } = await start(args, { cwd: folder(files), env }).ended;
  if (stdout === '') throw new Error(stderr);
  return { ...(JSON.parse(stdout) as CheckReport), exit: code };
}

describe.runIf(canCheck('checks that are not isolated'))('on a machine without namespaces', () => {
  it('nothing is run, unless it is said', async () => {
    const report = await check(['touch', '/tmp/runtwice-was-here'], { flags: [] });
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3, runs: 0 });
    expect(report.unobserved.join()).toContain('(--unisolated runs it all the same: see the docs)');
    expect(existsSync('/tmp/runtwice-was-here')).toBe(false);
  });

  it('a command is killed at its effects, in a copy', { timeout: 60_000 }, async () => {
    const report = await check(TORN);
    expect(report).toMatchObject({
      verdict: 'not safe',
      exit: 1,
      unobserved: [PARTLY],
      notes: [EFFECTS],
    });
    expect(report.points.tried).toBe(report.points.found);
    expect(report.scenarios.at(-1)?.findings[0]).toMatchObject({
      answer: 'silent damage',
      what: 'killed before write sum.txt',
      diffs: [{ path: 0, lines: ['- 42'] }],
      replay: expect.stringContaining("--kill-before 'write sum.txt #2' --unisolated -- "),
    });
  });

  it('it is never safe, as a link can lead out of the copy', { timeout: 60_000 }, async () => {
    const real = tempFolder();
    writeFileSync(join(real, 'precious'), '');
    const line = `[ -e data ] || ln -s ${real} data; rm -f data/precious`;
    const report = await check(['sh', '-c', line], { flags: ['--unisolated', '--only', 'twice'] });
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3, notes: [EFFECTS] });
    expect(report.unobserved).toEqual([PARTLY]);
  });

  it('what it moved out of its copy is named', async () => {
    const outside = join(tempFolder(), 'moved');
    const flags = ['--unisolated', '--only', 'twice'];
    const report = await check(['sh', '-c', `[ ! -e a ] || mv a ${outside}`], {
      flags,
      files: { a: 'a' },
    });
    expect(report.unobserved.join()).toContain(outside);
  });

  it('what it wrote outside before it failed is named', async () => {
    const outside = join(tempFolder(), 'made');
    const report = await check(['sh', '-c', `mkdir ${outside}; exit 1`]);
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3 });
    expect(report.unobserved.join()).toContain(outside);
  });

  it('its own folder, home and temporary folder are those of the copy', async () => {
    const line = [
      'case $HOME in */here/home) ;; *) exit 2;; esac',
      '[ "$(pwd)" = "$(cd ~/../work && pwd)" ] || exit 3',
      '[ "$(dirname "$(mktemp -u)")" = "$(cd ~/../tmp && pwd)" ] || exit 4',
      '[ -z "$API_KEY$XDG_CACHE_HOME$INIT_CWD" ] || exit 5',
    ].join('; ');
    const env = { API_KEY: 'secret', XDG_CACHE_HOME: '/var/tmp', INIT_CWD: '/var/tmp' };
    const flags = ['--unisolated', '--only', 'twice'];
    const report = await check(['sh', '-c', line], { flags, env });
    expect(answersOf(report), report.unobserved.join()).toEqual({ twice: 'nothing to do' });
    expect(report.withheld).toContain('API_KEY');
  });

  it('requests are recorded', { timeout: 60_000 }, async () => {
    const line = 'curl -s -X POST http://api.example/charge';
    const report = await check(['sh', '-c', line]);
    expect(answersOf(report)).toEqual({
      twice: 'repeated effect',
      together: 'same',
      interrupted: 'repeated effect',
    });
    expect(report.unobserved).toEqual([PARTLY]);
  });

  it('whom it talked to was not watched', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const call = `require('net').connect(${port}, '127.0.0.1').on('error', () => {})`;
    const flags = ['--unisolated', '--only', 'twice'];
    const report = await check([process.execPath, '-e', call], { flags });
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3 });
    expect(report.unobserved).toEqual([
      `it talked to tcp 127.0.0.1:${port}, which was not watched`,
      PARTLY,
    ]);
  });

  it('what it wrote outside of its copy was not looked at', async () => {
    const outside = join(tempFolder(), 'made');
    const flags = ['--unisolated', '--only', 'twice'];
    const report = await check(['mkdir', '-p', outside], { flags });
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3 });
    const what = 'it wrote outside of its copy, which was not looked at';
    expect(report.unobserved).toEqual([`${what}: ${outside}`, PARTLY]);
  });

  it('what it left running is ended', async () => {
    const mark = `61.${process.pid}`;
    const flags = ['--unisolated', '--only', 'twice'];
    const report = await check(['sh', '-c', `setsid sleep ${mark} & mkdir -p made`], { flags });
    expect(report.notes).toContain('it left processes running, which were ended with it');
    expect((await start(['pgrep', '-f', `sleep ${mark}`], {}).ended).stdout).toBe('');
  });

  it('it ends with a check that is killed', async () => {
    const mark = `63.${process.pid}`;
    const isRunning = () => spawnSync('pgrep', ['-f', `^sleep ${mark}$`]).status === 0;
    const args = [...WITHOUT_SPACES, process.execPath, MAIN, 'check', '--unisolated'];
    const { child } = start([...args, '--', 'sleep', mark], { cwd: folder() });
    await until(isRunning);
    child.kill('SIGKILL');
    await until(() => !isRunning());
  });

  it('two checks at once are one too many', async () => {
    const other = createServer().listen(PROXY_PORT, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const report = await check(['true']);
    expect(report).toMatchObject({ verdict: 'inconclusive', runs: 0 });
    expect(report.unobserved.join()).toContain(`port ${PROXY_PORT} of this machine is taken`);
  });
});

describe.runIf(canCheck('checks that could be isolated'))('on a machine with namespaces', () => {
  it('a command is kept apart all the same', async () => {
    const flags = ['--unisolated', '--only', 'twice'];
    const report = await check(['mkdir', '-p', 'a'], { by: [], flags });
    expect(report).toMatchObject({ verdict: 'safe', notes: [] });
  });
});

describe('on a machine without a helper', () => {
  let root: string;
  let main: string;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'runtwice-test-'));
    cpSync(dirname(dirname(MAIN)), join(root, 'dist'), { recursive: true });
    rmSync(join(root, 'dist', 'native'), { recursive: true, force: true });
    cpSync(join(MAIN, '../../../package.json'), join(root, 'package.json'));
    main = join(root, 'dist', 'cli', 'main.js');
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('nothing is run, unless it is said', async () => {
    const report = await check(['true'], { by: [], main, flags: [] });
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3, runs: 0 });
    expect(report.unobserved.join()).toContain('(--unisolated runs it all the same: see the docs)');
  });

  it('a command is killed by the clock', { timeout: 120_000 }, async () => {
    const report = await check(TORN, { by: [], main });
    expect(report).toMatchObject({ verdict: 'not safe', exit: 1, notes: [TIMES] });
    expect(answersOf(report)).toMatchObject({
      twice: 'nothing to do',
      interrupted: 'silent damage',
    });
    expect(report.points.found).toBe(10);
    expect(report.points.tried).toBeGreaterThan(0);
    const [finding] = report.scenarios.at(-1)?.findings ?? [];
    expect(finding).toMatchObject({ what: expect.stringMatching(/^killed after \d+ ms$/u) });
  });

  it('it is never safe, as not all was seen', { timeout: 60_000 }, async () => {
    const report = await check(['mkdir', '-p', 'a'], { by: [], main, files: { 'b/c': 'd' } });
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3, notes: [TIMES] });
    expect(answersOf(report)).toMatchObject({ twice: 'nothing to do', together: 'same' });
    expect(report.unobserved.join()).toContain('what it did outside of its copy');
  });

  it('what takes a helper is not known', { timeout: 60_000 }, async () => {
    const flags = ['--unisolated', '--only', 'another-day,faults'];
    expect(answersOf(await check(['true'], { by: [], main, flags }))).toEqual({
      'another day': 'inconclusive',
      faults: 'inconclusive',
    });
    const again = ['--unisolated', '--kill-before', 'write a'];
    expect(answersOf(await check(['true'], { by: [], main, flags: again }))).toEqual({
      interrupted: 'inconclusive',
    });
  });

  it.runIf(isInstalled('curl'))('requests are recorded', { timeout: 60_000 }, async () => {
    const line = ['sh', '-c', 'curl -s -X POST http://api.example/charge'];
    const flags = ['--unisolated', '--only', 'twice'];
    expect(answersOf(await check(line, { by: [], main, flags }))).toEqual({
      twice: 'repeated effect',
    });
  });

  it('a command that takes too long is ended, with all of its group', async () => {
    const mark = `62.${process.pid}`;
    const flags = ['--unisolated', '--timeout', '300ms'];
    const report = await check(['sh', '-c', `sleep ${mark} & sleep ${mark}`], {
      by: [],
      main,
      flags,
    });
    expect(report.unobserved.join()).toContain('did not end in time');
    expect((await start(['pgrep', '-f', `sleep ${mark}`], {}).ended).stdout).toBe('');
  });

  it('one that does not exist is said to', async () => {
    const report = await check(['no-such-command'], { by: [], main });
    expect(report.unobserved.join()).toContain('cannot run no-such-command');
  });
});

describe.runIf(isInstalled('strace'))('where programs may not be traced', () => {
  it('a command is killed by the clock', { timeout: 60_000 }, async () => {
    // Who is traced already cannot be traced by another one.
    const by = ['strace', '-f', '-qq', '-o', '/dev/null', '--trace=none', ...WITHOUT_SPACES];
    const report = await check(['mkdir', '-p', 'a'], {
      by,
      flags: ['--unisolated', '--only', 'twice'],
    });
    expect(report).toMatchObject({ verdict: 'inconclusive', notes: [TIMES] });
    expect(answersOf(report)).toEqual({ twice: 'nothing to do' });
  });
});
