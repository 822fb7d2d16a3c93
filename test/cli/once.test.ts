import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, type Ended, folder, startCli } from '../support/cli.ts';
import { until } from '../support/until.ts';

/** Runs `runtwice once` in a folder with a ledger of its own. */
function inFolder(cwd = folder()) {
  const args = (rest: readonly string[]) => ['once', '--ledger', 'sqlite:ledger.db', ...rest];
  return {
    cwd,
    once: (...rest: string[]): Promise<Ended> => cli(args(rest), { cwd }),
    start: (...rest: string[]) => startCli(args(rest), { cwd }),
    ledger: (...rest: string[]) =>
      cli(['ledger', ...rest, '--ledger', 'sqlite:ledger.db'], { cwd }),
    runs: (): number =>
      existsSync(join(cwd, 'runs')) ? readFileSync(join(cwd, 'runs'), 'utf8').length : 0,
  };
}

/** Counts a run, prints on both streams, and exits with that code. */
const command = (code = 0): string[] => [
  'sh',
  '-c',
  `printf x >> runs; echo out; echo err >&2; printf '\\377'; exit ${code}`,
];

describe('runtwice once', () => {
  it('runs a command, and gives out its output and exit code ever after', async () => {
    const { once, runs } = inFolder();
    const first = await once('nightly', '--', ...command());
    expect(first).toMatchObject({ code: 0, stderr: 'err\n' });
    const again = await once('nightly', '--', ...command());
    expect(again.code).toBe(0);
    expect(again.stdout, 'also what is no text').toBe(first.stdout);
    expect(again.stderr).toMatch(
      /^err\nruntwice: replayed: first run at \d{4}-.*Z; nothing was run now\.\n$/u,
    );
    expect((await once('nightly', '--quiet', '--', ...command())).stderr).toBe('err\n');
    expect(runs()).toBe(1);
  });

  it('runs a command that failed again, unless its failure is to be kept', async () => {
    const { once, runs } = inFolder();
    expect((await once('k', '--', ...command(7))).code).toBe(7);
    expect((await once('k', '--', ...command(7))).code).toBe(7);
    expect(runs()).toBe(2);
    expect((await once('k', '--on-failure', 'keep', '--', ...command(7))).code).toBe(7);
    const kept = await once('k', '--', ...command(7));
    expect(kept).toMatchObject({ code: 7 });
    expect(kept.stderr).toContain('replayed');
    expect(runs()).toBe(3);
  });

  it('refuses another command, or another input, under the same key', async () => {
    const { once } = inFolder();
    await once('k', '--input', 'a', '--', 'true');
    for (const args of [
      ['k', '--input', 'a', '--', 'false'],
      ['k', '--input', 'b', '--', 'true'],
      ['k', '--', 'true'],
    ]) {
      const { code, stderr } = await once(...args);
      expect({ code, stderr }).toMatchObject({
        code: 73,
        stderr: expect.stringContaining('another input'),
      });
    }
    expect((await once('k', '--input', 'a', '--operation', 'other', '--', 'false')).code).toBe(1);
  });

  it('takes the contents of a file as the input, if there is one of that name', async () => {
    const { once } = inFolder(folder({ list: 'one' }));
    await once('k', '--input', 'list', '--', 'true');
    expect((await once('k', '--input', 'list', '--', 'true')).code).toBe(0);
    const other = inFolder(folder({ list: 'two' }));
    await other.once('k', '--input', 'list', '--', 'true');
    expect((await other.once('k', '--input', 'list', '--', 'true')).code).toBe(0);
  });

  it.each([
    ['nosuch-command', 127, 'no such command'],
    ['./plain.txt', 126, 'may not be run'],
    ['./', 126, 'may not be run'],
  ])('cannot run %s: exit %i, and the key is free', async (program, code, why) => {
    const { once } = inFolder(folder({ 'plain.txt': '' }));
    const failed = await once('k', '--', program);
    expect(failed).toMatchObject({ code, stdout: '' });
    expect(failed.stderr).toContain(why);
    expect((await once('k', '--', 'true')).code).toBe(0);
  });

  it.each([
    [[], 'missing'],
    [['k'], 'missing the command'],
    [['k', '--'], 'missing the command'],
    [['k', 'extra', '--', 'true'], 'too many arguments'],
    [['k', '--wat', '10s', '--', 'true'], 'unknown option'],
    [['k', '--wait', 'soon', '--', 'true'], 'no duration'],
    [['k', '--keep', '-1s', '--', 'true'], 'no duration'],
    [['', '--', 'true'], 'the key is empty'],
    [['k'.repeat(600), '--', 'true'], 'too long'],
  ])('wrong use %j: exit 125, one line', async (args, said) => {
    const { once, runs } = inFolder();
    const { code, stdout, stderr } = await once(...args);
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    expect(stderr).toContain(said);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(runs()).toBe(0);
  });

  it.each([
    ['foo:bar', 'is no ledger'],
    ['sqlite:', 'is no ledger'],
    ['sqlite:/proc/none/ledger.db', 'cannot be opened'],
    ['sqlite:plain.txt', 'cannot be opened'],
    ['sqlite:.', 'cannot be opened'],
  ])('with the ledger %s: exit 125, and nothing is run', async (url, said) => {
    const cwd = folder({
      'plain.txt': 'this is no database, and longer than a header '.repeat(30),
    });
    const { code, stderr } = await cli(['once', 'k', '--ledger', url, '--', 'touch', 'ran'], {
      cwd,
    });
    expect(code).toBe(125);
    expect(stderr).toContain(said);
    expect(existsSync(join(cwd, 'ran'))).toBe(false);
  });

  it('from two shells at once runs the command once; both get its output', async () => {
    const { once, runs } = inFolder();
    const slow = ['sh', '-c', 'printf x >> runs; sleep 0.3; echo done'];
    const ended = await Promise.all([1, 2, 3].map(() => once('k', '--', ...slow)));
    expect(ended.map(({ code, stdout }) => ({ code, stdout }))).toEqual(
      Array.from({ length: 3 }, () => ({ code: 0, stdout: 'done\n' })),
    );
    expect(runs()).toBe(1);
  });

  it('is busy where another run outlasts the wait', async () => {
    const { once, start, cwd } = inFolder();
    const { child } = start('k', '--', 'sh', '-c', 'touch begun; exec sleep 60');
    await until(() => existsSync(join(cwd, 'begun')));
    const { code, stderr } = await once(
      'k',
      '--wait',
      '0s',
      '--',
      'sh',
      '-c',
      'touch begun; exec sleep 60',
    );
    expect(code).toBe(75);
    expect(stderr).toContain('is being worked on elsewhere');
    child.kill('SIGTERM');
  });

  it('whose command was killed by somebody is unknown, until it is resolved', async () => {
    const { once, ledger, runs } = inFolder();
    const suicide = ['sh', '-c', 'printf x >> runs; kill -9 $$'];
    for (const _ of [1, 2]) {
      const { code, stderr } = await once('k', '--', ...suicide);
      expect(code).toBe(74);
      expect(stderr).toContain('runtwice ledger resolve k');
    }
    expect(runs()).toBe(1);
    expect(await ledger('resolve', 'k', '--did-not-happen')).toMatchObject({ code: 0 });
    expect((await once('k', '--if-interrupted', 'rerun', '--', ...suicide)).code).toBe(137);
    expect((await once('k', '--if-interrupted', 'rerun', '--', ...suicide)).code).toBe(137);
    expect(runs()).toBe(3);
  });

  it('killed while its command goes on: busy, then unknown when that has ended', async () => {
    const { once, start, cwd, runs } = inFolder();
    const slow = [
      'sh',
      '-c',
      'printf x >> runs; echo $$ > pid; while [ ! -e stop ]; do sleep 0.05; done',
    ];
    const { child, ended } = start('k', '--', ...slow);
    await until(() => existsSync(join(cwd, 'pid')) && readFileSync(join(cwd, 'pid')).length > 0);
    child.kill('SIGKILL');
    await ended.catch(() => {});
    expect((await once('k', '--wait', '0s', '--', ...slow)).code).toBe(75);
    await cli(['once', 'other', '--ledger', 'sqlite:ledger.db', '--', 'touch', 'stop'], { cwd });
    const pid = Number(readFileSync(join(cwd, 'pid'), 'utf8'));
    await until(() => !existsSync(`/proc/${pid}`));
    expect((await once('k', '--wait', '0s', '--', ...slow)).code).toBe(74);
    expect(runs()).toBe(1);
  });

  it('passes a signal on; a command that ends by it may run again', async () => {
    const { once, start, cwd } = inFolder();
    const command = ['sh', '-c', '[ -e begun ] && exit 0; touch begun; exec sleep 60'];
    const { child, ended } = start('k', '--', ...command);
    await until(() => existsSync(join(cwd, 'begun')));
    child.kill('SIGTERM');
    expect((await ended).code).toBe(143);
    expect((await once('k', '--', ...command)).code).toBe(0);
  });

  it('keeps the beginning of a long output, and says so', async () => {
    const { once } = inFolder();
    const long = ['sh', '-c', 'yes | head -c 3000000'];
    expect((await once('k', '--', ...long)).stdout).toHaveLength(3_000_000);
    const again = await once('k', '--', ...long);
    expect(again.stdout).toHaveLength(1_048_576);
    expect(again.stderr).toContain('replayed, the beginning of its output');
  });

  it('writes a report in the form that all commands share', async () => {
    const { once, cwd } = inFolder();
    const report = () => JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'));
    await once('k', '--report', 'report.json', '--', 'true');
    expect(report()).toMatchObject({ operation: 'once', total: 1, done: 1, already: 0, ok: true });
    await once('k', '--report', 'report.json', '--', 'true');
    expect(report()).toMatchObject({ total: 1, done: 0, already: 1, counts: { replayed: 1 } });
  });

  it('reads standard input through to the command', async () => {
    const { stdout } = await cli(['once', 'k', '--ledger', 'sqlite:ledger.db', '--', 'cat'], {
      cwd: folder(),
      input: 'hello',
    });
    expect(stdout).toBe('hello');
  });
});

describe('runtwice ledger', () => {
  it('lists keys, shows one, counts them', async () => {
    const { once, ledger } = inFolder();
    expect(await ledger('ls')).toMatchObject({ code: 0, stdout: 'No keys.\n' });
    await once('a', '--', 'echo', 'hello');
    await once('b', '--', 'sh', '-c', 'kill -9 $$');
    const { stdout } = await ledger('ls');
    expect(stdout.split('\n').slice(0, 2)).toMatchObject([
      expect.stringMatching(/^done {6}once {2}a {2}attempt 1 {2}\d{4}-/u),
      expect.stringMatching(/^unknown {3}once {2}b {2}attempt 1 /u),
    ]);
    const unknown = await ledger('ls', '--state', 'unknown', '--json');
    expect(JSON.parse(unknown.stdout)).toMatchObject({ key: 'b', state: 'unknown' });
    expect((await ledger('show', 'a')).stdout).toContain('"stdout":"hello\\n"');
    expect(JSON.parse((await ledger('show', 'a', '--json')).stdout)).toMatchObject({
      state: 'done',
      result: { code: 0, stdout: 'hello\n' },
    });
    expect((await ledger('stats')).stdout).toBe(
      '0 running, 1 done, 0 failed, 0 released, 1 unknown.\n',
    );
    expect(await ledger('show', 'none')).toMatchObject({ code: 1, stdout: '' });
  });

  it('resolves with what the command would have printed', async () => {
    const { once, ledger, cwd } = inFolder(folder({ 'output.txt': 'from a person\n' }));
    const suicide = ['sh', '-c', 'kill -9 $$'];
    await once('k', '--', ...suicide);
    expect(await ledger('resolve', 'k', '--result', 'none.txt')).toMatchObject({ code: 2 });
    expect(await ledger('resolve', 'k')).toMatchObject({ code: 2 });
    expect(await ledger('resolve', 'k', '--result', 'output.txt')).toMatchObject({
      code: 0,
      stdout: 'Resolved k: later runs get the result.\n',
    });
    expect(await once('k', '--', ...suicide)).toMatchObject({ code: 0, stdout: 'from a person\n' });
    expect(await ledger('resolve', 'k', '--did-not-happen')).toMatchObject({ code: 1 });
    expect(existsSync(join(cwd, 'ledger.db'))).toBe(true);
  });

  it('forgets a key; the second time there is nothing to do', async () => {
    const { once, ledger, runs } = inFolder();
    await once('k', '--', ...command());
    expect((await ledger('forget', 'k')).stdout).toBe('Forgot k.\n');
    expect((await ledger('forget', 'k')).stdout).toBe('Nothing to do: k is not known.\n');
    await once('k', '--', ...command());
    expect(runs()).toBe(2);
  });

  it('purges what was kept and remembered long enough', async () => {
    const { once, ledger } = inFolder();
    await once('k', '--keep', '0s', '--', 'true');
    expect((await ledger('purge')).stdout).toBe('Dropped 1 results and forgot 0 keys.\n');
    expect((await ledger('purge')).stdout).toMatch(/^Nothing to do: /u);
    const { code, stderr } = await once('k', '--', 'true');
    expect({ code, stderr }).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('no longer kept'),
    });
  });

  it('is the one of RUNTWICE_LEDGER, else a file in the state folder', async () => {
    const cwd = folder();
    const env = { XDG_STATE_HOME: join(cwd, 'state') };
    await cli(['once', 'k', '--', 'true'], { cwd, env });
    expect(existsSync(join(cwd, 'state', 'runtwice', 'ledger.db'))).toBe(true);
    const other = { ...env, RUNTWICE_LEDGER: 'sqlite:other.db' };
    await cli(['once', 'k', '--', 'true'], { cwd, env: other });
    expect(existsSync(join(cwd, 'other.db'))).toBe(true);
  });
});
