import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesThatDiffer } from '../../src/check/lines.ts';

describe('the lines in which two texts differ', () => {
  it.each<[string, string, string, string[]]>([
    ['nothing', 'a\nb\n', 'a\nb\n', []],
    ['a line that is missing at the end', 'total\n42\n', 'total\n', ['- 42']],
    ['a line that is more', 'a\nc\n', 'a\nb\nc\n', ['+ b']],
    ['a line that is there twice', 'a\n', 'a\na\n', ['+ a']],
    ['a line that is another', 'a\nb\nc\n', 'a\nx\nc\n', ['- b', '+ x']],
    ['all of it', 'a\n', '', ['- a']],
    ['a line that was cut', 'one\ntwo\n', 'one\ntw', ['- two', '+ tw (no end of line)']],
    [
      'many lines',
      'a\nb\nc\nd\n',
      '1\n2\n3\n4\n5\n',
      ['- a', '- b', '- … 2 more lines', '+ 1', '+ 2', '+ … 3 more lines'],
    ],
    ['three lines', 'a\nb\nc\n', '', ['- a', '- b', '- c']],
  ])('%s', (_, wanted, found, lines) => {
    expect(linesThatDiffer(wanted, found)).toEqual(lines);
  });

  it('shows long ones around what differs', () => {
    const long = (middle: string) => `${'x'.repeat(500)}${middle}${'y'.repeat(500)}\n`;
    expect(linesThatDiffer(long('1'), long('2'))).toEqual([
      `- …${'x'.repeat(30)}1${'y'.repeat(69)}…`,
      `+ …${'x'.repeat(30)}2${'y'.repeat(69)}…`,
    ]);
    expect(linesThatDiffer(`${'ä'.repeat(101)}\n`, '')).toEqual([`- ${'ä'.repeat(100)}…`]);
  });

  it('is short, and empty only for what is the same', () => {
    const text = fc.array(fc.constantFrom('a', 'b\n', '\n', 'c'.repeat(200)), { maxLength: 20 });
    fc.assert(
      fc.property(text, text, (left, right) => {
        const [wanted, found] = [left.join(''), right.join('')];
        const lines = linesThatDiffer(wanted, found);
        expect(lines.length === 0).toBe(wanted === found);
        expect(lines.length).toBeLessThanOrEqual(6);
        for (const line of lines) expect(line.length).toBeLessThan(130);
      }),
    );
  });
});
