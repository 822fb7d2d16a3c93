import { spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cli, type Ended, folder, MAIN, start } from '../support/cli.ts';

/** Gives the streams named ("err", "out,err") a terminal of so many columns; the rest are pipes. */
const PTY = `
import fcntl, os, pty, struct, subprocess, sys, termios
columns, streams, command = int(sys.argv[1]), sys.argv[2].split(','), sys.argv[3:]
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
child = subprocess.Popen(command, stdout=slave if 'out' in streams else None,
    stderr=slave if 'err' in streams else None, stdin=subprocess.DEVNULL)
os.close(slave)
while True:
    try: data = os.read(master, 65536)
    except OSError: break
    if not data: break
    sys.stderr.buffer.write(data)
sys.exit(child.wait())
`;
const hasPython = spawnSync('python3', ['-c', 'import pty, fcntl']).status === 0;

/** Runs it with a terminal; what that showed is in `stderr`. */
function onTerminal(
  args: string[],
  { cwd = '', columns = 80, streams = 'err', env = {} as Record<string, string> },
): Promise<Ended> {
  const command = [process.execPath, MAIN, ...args];
  const { ended } = start(['python3', '-c', PTY, `${columns}`, streams, ...command], { cwd, env });
  return ended;
}

function someFiles(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `work/${index}`);
  return folder(Object.fromEntries(names.map((name) => [name, name])));
}

const TO_START = new RegExp(`\r|\n|${'\x1b'}\\[[01]?G`);

/** The lines that were drawn over each other. */
function drawn(terminal: string): string[] {
  return terminal
    .split(TO_START)
    .map((line) => stripVTControlCharacters(line))
    .filter((line) => line !== '');
}

describe.runIf(hasPython)('the progress line', () => {
  it.each([50, 80, 120])('holds its line on a terminal of %i columns', async (columns) => {
    const cwd = someFiles(1500);
    const args = ['export', '--durability', 'file', 'work', 'out'];
    const { code, stderr } = await onTerminal(args, { cwd, columns });
    const lines = drawn(stderr);
    expect(code).toBe(0);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) {
      expect(line).toMatch(/^Exporting/);
      expect(line.length).toBeLessThan(columns);
    }
    expect(lines.some((line) => /\d+\/1500 files/.test(line))).toBe(true);
    expect(stderr).not.toContain('\n');
  });

  it('goes away at the end and gives the cursor back', async () => {
    const { stderr } = await onTerminal(['export', 'work', 'out'], { cwd: someFiles(3) });
    expect(stderr.lastIndexOf('\x1b[?25h')).toBeGreaterThan(stderr.lastIndexOf('\x1b[?25l'));
    expect(drawn(stderr.slice(stderr.lastIndexOf('\x1b[0K') + 4))).toEqual([]);
  });

  it('goes away also before an error', async () => {
    const cwd = folder({ file: '' });
    const { code, stderr } = await onTerminal(['export', 'nowhere', 'out'], { cwd });
    expect(code).toBe(2);
    expect(drawn(stderr).at(-1)).toMatch(/^runtwice: cannot read the source: nowhere/);
  });

  it('is ASCII where the terminal knows no other', async () => {
    const env = { LC_ALL: 'C' };
    const { stderr } = await onTerminal(['export', 'work', 'out'], { cwd: someFiles(300), env });
    expect(stderr).toMatch(/[#-]{10}/);
    expect(stderr).not.toMatch(/[█░]/);
  });

  it('is never in the way of the report, nor of JSON', async () => {
    const cwd = someFiles(3);
    const text = await onTerminal(['export', 'work', 'out'], { cwd });
    expect(text.stdout).toMatch(/^✓ Exported 3\.\n {2}to out [^\n]*\n$/);
    const json = await onTerminal(['export', '--json', 'work', 'out'], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({ total: 3 });
  });

  it('is not drawn on a terminal that cannot', async () => {
    const env = { TERM: 'dumb' };
    const { stderr } = await onTerminal(['export', 'work', 'out'], { cwd: someFiles(3), env });
    expect(stderr).toBe('');
  });
});

describe('without a terminal', () => {
  it('there is no progress line', async () => {
    const { stderr } = await cli(['export', 'work', 'out'], { cwd: someFiles(50) });
    expect(stderr).toBe('');
  });
});

describe.runIf(hasPython)('colors', () => {
  const options = (env: Record<string, string>) => ({ cwd: someFiles(1), streams: 'out', env });

  it('mark the verdict on a terminal', async () => {
    const { stderr } = await onTerminal(['export', 'work', 'out'], options({}));
    expect(stderr).toContain('\x1b[32m✓\x1b[39m Exported 1.');
  });

  it('are left out with NO_COLOR', async () => {
    const { stderr } = await onTerminal(['export', 'work', 'out'], options({ NO_COLOR: '1' }));
    expect(stderr).toContain('✓ Exported 1.');
    expect(stderr).not.toContain('\x1b[');
  });

  it('are left out where the report goes into a pipe', async () => {
    const { stdout } = await cli(['export', 'work', 'out'], { cwd: someFiles(1) });
    expect(stdout).not.toContain('\x1b');
  });
});
