import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { canCheck, check } from '../support/check.ts';
import { cli, folder, startCli } from '../support/cli.ts';

describe.runIf(canCheck('what a check does with odd commands'))('a command that', () => {
  it('does not exist is inconclusive, and says so', async () => {
    const report = await check(['no-such-command']);
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3, runs: 1 });
    expect(report.unobserved.join()).toContain('cannot run no-such-command');
  });

  it('fails is inconclusive', async () => {
    const report = await check(['sh', '-c', 'echo no >&2; exit 5']);
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3 });
    expect(report.unobserved).toEqual(['the first run failed: exit 5, it said "no"', 'no']);
  });

  it('waits for input gets none', async () => {
    const report = await check(['sh', '-c', 'read line; mkdir -p made']);
    expect(report).toMatchObject({ verdict: 'safe', exit: 0 });
  });

  it('never ends is ended', async () => {
    const report = await check(['sleep', '1000'], {}, ['--timeout', '300ms']);
    expect(report).toMatchObject({ verdict: 'inconclusive', runs: 1 });
    expect(report.unobserved.join()).toContain('did not end in time');
  });

  it('ends all processes that there are is inconclusive, and says so', async () => {
    const report = await check(['sh', '-c', 'kill -9 -1']);
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3 });
    expect(report.unobserved.join()).toContain('what watches it was ended');
  });

  it('leaves a daemon behind has it ended, and named', async () => {
    const report = await check(['sh', '-c', 'sleep 1000 & mkdir -p made'], {}, ['--only', 'twice']);
    expect(report.notes).toEqual(['it left processes running, which were ended with it']);
  });

  it('writes outside of its folder cannot', async () => {
    const report = await check(['sh', '-c', 'echo x > /etc/runtwice-was-here; exit 0']);
    expect(report.notes.join()).toContain('(--writable PATH lets it): /etc/runtwice-was-here');
    expect(readdirSync('/etc')).not.toContain('runtwice-was-here');
  });

  it('calls a server reaches none, and is never safe', async () => {
    const server = createServer(() => expect.unreachable()).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const call = `require('net').connect(${port}, '127.0.0.1').on('error', () => {})`;
    const report = await check([process.execPath, '-e', call], {}, ['--only', 'twice']);
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3 });
    expect(report.unobserved.join()).toContain(`tcp 127.0.0.1:${port}`);
  });

  it('calls a server in a later run only is never safe either', async () => {
    const call = `fs.existsSync('made') ? net.connect(1, '127.0.0.1').on('error', () => {}) : fs.mkdirSync('made')`;
    const report = await check([process.execPath, '-e', call], {}, ['--only', 'twice']);
    expect(report.verdict).toBe('inconclusive');
    expect(report.unobserved.join()).toContain('tcp 127.0.0.1:1,');
  });

  it.each([
    ['sendto', "s.sendto(b'x', ('127.0.0.1', 9999))"],
    ['sendmsg', "s.sendmsg([b'x'], [], 0, ('127.0.0.1', 9999))"],
  ])('sends without a connection (%s) is never safe either', async (_, send) => {
    const program = `import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); ${send}`;
    const report = await check(['python3', '-c', program], {}, ['--only', 'twice']);
    expect(report.verdict).toBe('inconclusive');
    expect(report.unobserved.join()).toContain('it wanted to talk to udp 127.0.0.1:9999,');
  });

  it('is killed is told what at, by the run that was killed', async () => {
    const line = 'mkdir one && mkdir two && mkdir three';
    const report = await check(['sh', '-c', line], {}, ['--kill-before', 'mkdir two']);
    expect(report.scenarios[0]?.findings[0]?.what).toBe('killed before mkdir two');
  });

  it('fails as it may not write outside of its folder says where it wanted to', async () => {
    const report = await check(['sh', '-c', 'echo > /etc/runtwice-outside']);
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3 });
    const where = '(--writable PATH lets it): /etc/runtwice-outside';
    expect(report.notes).toContain(`it wanted to write outside of its folder ${where}`);
  });

  it('has a name that is no text is checked all the same', async () => {
    const report = await check(['sh', '-c', 'mkdir -p "$(printf \'a\\377\')"']);
    expect(report).toMatchObject({ verdict: 'safe' });
  });
});

describe.runIf(canCheck('what a check leaves alone'))('a check', () => {
  it('changes nothing in the folder', async () => {
    const cwd = folder({ 'a.txt': 'a' });
    await cli(['check', '--only', 'twice', '--', 'sh', '-c', 'echo b > a.txt; mkdir c'], { cwd });
    expect(readdirSync(cwd)).toEqual(['a.txt']);
    expect(readFileSync(`${cwd}/a.txt`, 'utf8')).toBe('a');
  });

  it('has a home that cannot be written to is checked by the helper where it is', async () => {
    const env = { HOME: '/dev/null', XDG_CACHE_HOME: '' };
    const report = await check(['mkdir', '-p', 'a'], {}, ['--only', 'twice'], env);
    expect(report).toMatchObject({ verdict: 'safe', exit: 0 });
  });

  it('has no place for copies is not run', async () => {
    const report = await check(['true'], {}, [], { TMPDIR: '/proc/none' });
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3, runs: 0 });
    expect(report.unobserved.join()).toContain('there can be no copies in /proc/none (TMPDIR)');
  });

  it('gives out no variable that looks like a secret, unless told to', async () => {
    const cwd = folder();
    const env = { STRIPE_KEY: 'sk', DATABASE_URL: 'postgres://', SHARED: 'yes' };
    const command = [
      'sh',
      '-c',
      'echo "$STRIPE_KEY-$DATABASE_URL-$SHARED" > seen; echo "$(cat seen)"',
    ];
    const flags = ['check', '--only', 'twice', '--json', '--env', 'DATABASE_URL'];
    const { stdout } = await cli([...flags, '--', ...command], { cwd, env });
    const report = JSON.parse(stdout);
    expect(report.withheld).toContain('STRIPE_KEY');
    expect(report.withheld).not.toContain('DATABASE_URL');
    expect(report.scenarios[0].summary).toContain('-postgres://-yes');
  });

  it('is ended by Ctrl-C, with all that it started, and leaves nothing behind', async () => {
    const [cwd, tmp] = [folder(), folder()];
    const { child, ended } = startCli(['check', '--', 'sleep', '1000'], {
      cwd,
      env: { TMPDIR: tmp },
    });
    // The socket is there when the first run is about to begin.
    while (!readdirSync(tmp, { recursive: true }).some((name) => String(name).endsWith('.sock'))) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, stdout: '' });
    expect(readdirSync(tmp)).toEqual([]);
  });

  it('of a folder that cannot be copied is inconclusive, and leaves nothing behind', async () => {
    const cwd = folder({ 'a.txt': 'a' });
    // It would have to be in itself.
    const env = { TMPDIR: cwd };
    const { code, stdout } = await cli(['check', '--json', '--', 'true'], { cwd, env });
    expect(code).toBe(3);
    expect(JSON.parse(stdout).unobserved.join()).toContain('the folder cannot be copied');
    expect(readdirSync(cwd)).toEqual(['a.txt']);
  });

  it('needs a command', async () => {
    expect(await cli(['check', 'true'])).toMatchObject({ code: 2 });
    expect(await cli(['check', '--'])).toMatchObject({ code: 2 });
    expect(await cli(['check', '--only', 'thrice', '--', 'true'])).toMatchObject({ code: 2 });
  });
});
