import { describe, expect, it } from 'vitest';
import { changeText, deviationText, differencesOf } from '../../../src/check/operation/compare.ts';
import { maskOf } from '../../../src/check/operation/mask.ts';
import { shapeOf } from '../../../src/check/operation/shape.ts';

function told(wanted: unknown, found: unknown): string[] {
  return differencesOf(shapeOf(wanted), shapeOf(found)).map(deviationText);
}

describe('what observe gives', () => {
  it.each<[string, unknown, unknown]>([
    ['sets in another order', new Set([1, 'a']), new Set(['a', 1])],
    ['rows in another order', new Set([{ id: 1 }, { id: 2 }]), new Set([{ id: 2 }, { id: 1 }])],
    ['keys in another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['bytes', Buffer.from('abc'), new Uint8Array([97, 98, 99])],
    ['dates', new Date(5), new Date(5)],
    ['errors', new TypeError('no'), new TypeError('no')],
    ['what says how it is written', new URL('http://a/'), new URL('http://a/')],
    ['nothing', undefined, undefined],
  ])('is the same for %s', (_, one, other) => {
    expect(told(one, other)).toEqual([]);
  });

  it.each<[string, unknown, unknown, string[]]>([
    ['a number', { count: 1 }, { count: 2 }, ['count is 2, and 1 after one clean run']],
    [
      'a text that looks like a number',
      1,
      '1',
      ["what observe gives is '1', and 1 after one clean run"],
    ],
    [
      'lists in another order',
      [1, 2],
      [2, 1],
      ['[0] is 2, and 1 after one clean run', '[1] is 1, and 2 after one clean run'],
    ],
    ['an object in whole', { a: { b: { c: 1 } } }, {}, ['a is missing']],
    [
      'names that begin alike',
      { a: {}, 'a.txt': 1 },
      {},
      ['a is missing', "['a.txt'] is missing: 1"],
    ],
    [
      'the same row twice',
      new Set([{ id: 1 }]),
      new Set([{ id: 1 }, { id: 1 }]),
      ['[{ id: 1 }] (2) is one too many: { id: 1 }'],
    ],
    ['other bytes', Buffer.from('a'), Buffer.from('b'), [expect.stringContaining('1 bytes')]],
    ['-0', -0, 0, ['what observe gives is 0, and -0 after one clean run']],
    [
      'an empty list, and none',
      { a: [] },
      { a: undefined },
      ['a is undefined, and list after one clean run'],
    ],
    [
      'long texts',
      'a',
      'b'.repeat(999),
      [`what observe gives is '${'b'.repeat(78)}…, and 'a' after one clean run`],
    ],
  ])('differs for %s', (_, one, other, words) => {
    expect(told(one, other)).toEqual(words);
  });

  it('is left out where it is another each time, and as much', () => {
    const rows = (...times: number[]) =>
      shapeOf({ rows: new Set(times.map((at) => ({ id: 1, at }))) });
    const mask = maskOf(rows(1, 2), rows(3, 4));
    expect([...mask]).toEqual(['rows[].at']);
    expect(differencesOf(rows(1, 2), rows(5, 6), mask)).toEqual([]);
    expect(differencesOf(rows(1, 2), rows(5, 6, 7), mask)).toHaveLength(1);
    expect(maskOf(rows(1), rows(1, 2))).toEqual(new Set());
  });

  it('is told as changes, too', () => {
    const changes = differencesOf(shapeOf({ a: 1, b: 2 }), shapeOf({ a: 3, c: [1] }));
    expect(changes.map(changeText)).toEqual([
      'a was changed: 1 → 3',
      'b was removed: 2',
      'c was added',
    ]);
  });
});
