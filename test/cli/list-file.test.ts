import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readListFile } from '../../src/cli/list-file.ts';
import { isRuntwiceError } from '../../src/core/errors.ts';
import { folder } from '../support/cli.ts';

function read(content: string | Uint8Array, isNull = false): string[] {
  const file = join(folder({ list: content }), 'list');
  return readListFile(file, isNull).map((path) => Buffer.from(path).toString('latin1'));
}

describe('a list of files', () => {
  it.each<[string, string, string[]]>([
    ['lines', 'a\nb/c\n', ['a', 'b/c']],
    ['a last line without its end', 'a\nb', ['a', 'b']],
    ['lines that end as on Windows', 'a\r\nb\r\n', ['a', 'b']],
    ['empty lines, which name nothing', '\na\n\r\n\nb\n\n', ['a', 'b']],
    ['spaces and dashes, which belong to names', ' a \n-b\n--\n#c\n', [' a ', '-b', '--', '#c']],
    ['a return inside a name', 'a\rb\n', ['a\rb']],
    ['nothing', '', []],
  ])('may have %s', (_, text, paths) => {
    expect(read(text)).toEqual(paths);
  });

  it('separated by zero bytes leaves newlines and returns in names', () => {
    expect(read('a\nb\0c\r\0\0d', true)).toEqual(['a\nb', 'c\r', 'd']);
  });

  it('is bytes, not text', () => {
    expect(read(Uint8Array.of(0xff, 0xfe, 0x0a, 0x41))).toEqual(['\xff\xfe', 'A']);
  });

  it('that is not there is an error that names it', () => {
    const file = join(folder(), 'nowhere');
    expect(() => readListFile(file, false)).toThrow(
      expect.toSatisfy((error) => isRuntwiceError(error, 'ERR_RUNTWICE_LIST_UNREADABLE')),
    );
    expect(() => readListFile(file, false)).toThrow(file);
  });
});
