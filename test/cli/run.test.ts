import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, folder } from '../support/cli.ts';

/** Runs it in a folder with `work/a.txt`; fails where the destination was made. */
async function refused(args: string[], input?: string) {
  const cwd = folder({ 'work/a.txt': 'a' });
  const ended = await cli(args, { cwd, ...(input !== undefined && { input }) });
  expect(existsSync(join(cwd, 'out'))).toBe(false);
  return ended;
}

const USAGE: [string, string[], RegExp][] = [
  ['an unknown flag', ['export', '--jsn', 'work', 'out'], /'--jsn'\. Did you mean --json\?/],
  ['an unknown command', ['exprt', 'work', 'out'], /'exprt'\. Did you mean export\?/],
  ['a command like no other', ['frobnicate'], /unknown command 'frobnicate'/],
  ['help for no command', ['help', 'frobnicate'], /no such command/],
  ['a missing DEST', ['export', 'work'], /missing DEST: only one path was given \(work\)/],
  ['no paths at all', ['export'], /missing SOURCE and DEST/],
  ['only -- and no paths', ['export', '--'], /missing SOURCE and DEST/],
  ['a missing source', ['export', 'wrok', 'out'], /wrok: no such file or directory/],
  ['two missing sources', ['export', 'a', 'work', 'b', 'out'], /2 sources: a: .*; b: /],
  ['a missing list', ['export', '--files-from', 'lst', 'work', 'out'], /cannot read the list lst/],
  ['a folder for a list', ['export', '--files-from', 'work', 'work', 'out'], /list work: EISDIR/],
  ['a flag without its value', ['export', 'work', 'out', '--jobs'], /--jobs <n>' argument missing/],
  ['a value that is none', ['export', '--jobs', '0', 'work', 'out'], /whole number from 1/],
  [
    'a choice that is none',
    ['export', '--identity', 'x', 'work', 'out'],
    /auto, content, size, name/,
  ],
  ['a destination in the source', ['export', 'work', 'work/out'], /lies inside it/],
  ['an empty path', ['export', '', 'out'], /a path is empty/],
  ['--items in no folder', ['export', '--items', 'no/x', 'work', 'out'], /cannot write no\/x/],
];

describe('a wrong command line', () => {
  it.each(USAGE)(
    'with %s exits 2, says so in one line, and in one document',
    async (_, args, words) => {
      const [command = '', ...rest] = args;
      const withJson = command === 'help' ? [...args, '--json'] : [command, '--json', ...rest];
      const { code, stdout, stderr } = await refused(withJson);
      expect(code).toBe(2);
      expect(stderr).toMatch(words);
      expect(stderr).toMatch(/^runtwice: [^\n]+\n$/);
      expect(JSON.parse(stdout)).toEqual({
        schema: 'runtwice.error/1',
        ok: false,
        code: expect.stringMatching(/^ERR_RUNTWICE_/),
        message: expect.any(String),
        fix: expect.any(String),
      });
    },
  );

  it.each([
    ['the parser finds', ['export', '--jsn', 'work', 'out']],
    ['the command finds', ['export', 'wrok', 'out']],
  ])('that %s prints nothing on stdout without --json', async (_, args) => {
    const { code, stdout, stderr } = await refused(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^runtwice: [^\n]+\n$/);
  });

  it('does not let a name steer the terminal from an error', async () => {
    const { stderr } = await refused(['export', 'a\x1b[2Jb', 'out']);
    expect(stderr).toContain('a\\x1b[2Jb');
    expect(stderr).not.toContain('\x1b');
  });
});

describe('a destination that cannot be used', () => {
  it('exits 1: it may be usable later', async () => {
    const cwd = folder({ 'work/a': 'a', file: '' });
    const { code, stderr } = await cli(['export', 'work', 'file/out'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^runtwice: cannot use the destination [^\n]+\n$/);
  });
});
