import { describe, expect, it } from 'vitest';
import { splitArgv } from '../../src/cli/argv.ts';

describe('splitArgv', () => {
  it.each<[string[], string[], string[] | undefined]>([
    [[], [], undefined],
    [['export', 'a', 'b'], ['export', 'a', 'b'], undefined],
    [['export', '--', '-a'], ['export'], ['-a']],
    [['export', '--'], ['export'], []],
    [['--', 'a'], [], ['a']],
    [['a', '--', 'b', '--', 'c'], ['a'], ['b', '--', 'c']],
    [['--json', '---', '-'], ['--json', '---', '-'], undefined],
  ])('splits %j at its first --', (argv, own, after) => {
    expect(splitArgv(argv)).toEqual({ own, after });
  });
});
