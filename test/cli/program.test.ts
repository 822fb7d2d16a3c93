import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { cli } from '../support/cli.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

describe('the help of the program', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('is what %j prints', async (args) => {
    const { code, stdout, stderr } = await cli(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: runtwice /);
    expect(stdout).toBe((await cli(['--help'])).stdout);
  });

  it('is grouped, and says what happens if a command runs twice', async () => {
    const { stdout } = await cli([]);
    expect(stdout).toMatch(/^Ensure:\n {2}export /m);
    expect(stdout).toMatch(/^Run twice: /m);
    expect(stdout).toMatch(/^Exit codes: (0 |the command)/m);
  });
});

describe('every command', () => {
  const program = createProgram(undefined, () => {});
  const names = program.commands.map((command) => command.name());

  it.each(names)(
    '%s says in its help what happens if it runs twice, with examples',
    async (name) => {
      const { code, stdout } = await cli([name, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: runtwice ${name} `));
      expect(stdout).toMatch(/^Run twice: \S/m);
      expect(stdout).toMatch(new RegExp(`^Examples:\\n {2}runtwice ${name} `, 'm'));
      expect(stdout).toMatch(/^Exit codes: (0 |the command)/m);
    },
  );

  it.each(names)('%s has one help, however it is asked for', async (name) => {
    const [help, h, long] = await Promise.all([
      cli(['help', name]),
      cli([name, '-h']),
      cli([name, '--help']),
    ]);
    expect([help?.stdout, h?.stdout]).toEqual([long?.stdout, long?.stdout]);
  });

  it.each(names)('%s is listed in a group with what it does', (name) => {
    const command = program.commands.find((one) => one.name() === name);
    expect(command?.helpGroup()).toMatch(/^(Ensure|Once|Check):$/);
    expect(command?.summary()).not.toBe('');
  });

  it('keeps its help within 100 columns', async () => {
    for (const name of names) {
      const { stdout } = await cli([name, '--help']);
      const longest = Math.max(...stdout.split('\n').map((line) => line.length));
      expect(longest, name).toBeLessThanOrEqual(100);
    }
  });
});

describe('--version', () => {
  it.each(['--version', '-V'])('%s prints that of the package', async (flag) => {
    expect(await cli([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});
