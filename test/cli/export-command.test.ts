import { describe, expect, it } from 'vitest';
import { exportCommand } from '../../src/cli/export-command.ts';
import { CHOICES } from '../../src/ensure/files/options.ts';
import { cli, folder } from '../support/cli.ts';

const command = exportCommand(undefined, () => {});
const longNames = command.options.map((option) => option.long ?? '');

describe('the flags of export', () => {
  it('are each explained in the help, and named with two dashes', () => {
    const help = command.helpInformation();
    for (const option of command.options) {
      expect(option.long).toMatch(/^--[a-z]+(-[a-z]+)*$/);
      expect(option.description, option.long).not.toBe('');
      expect(help).toContain(`${option.long}`);
    }
  });

  it.each(['--json', '--quiet', '--dry-run', '--jobs', '--items', '--report'])(
    'have %s, which means the same for every command',
    (name) => {
      expect(longNames).toContain(name);
    },
  );

  it.each(Object.entries(CHOICES))('offer for %s the choices of the library', (name, choices) => {
    const option = command.options.find((one) => one.attributeName() === name);
    expect(option?.argChoices).toEqual(choices);
    expect(choices).toContain(option?.defaultValue);
  });

  it('say nothing in the negative', () => {
    expect(command.options.filter((option) => option.negate)).toEqual([]);
  });

  it('may be repeated where the help says so', async () => {
    const cwd = folder({ 'work/a.txt': '', 'work/b.md': '', 'work/c.pdf': '' });
    const globs = ['--include', '*.txt', '--include', '*.md', '--exclude', 'b.*'];
    const { stdout } = await cli(['export', '--json', ...globs, 'work', 'out'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ total: 1, done: 1 });
  });

  it('may stand after the paths', async () => {
    const cwd = folder({ 'work/a.txt': '' });
    const { code, stdout } = await cli(['export', 'work', 'out', '--json'], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ done: 1 });
  });
});
