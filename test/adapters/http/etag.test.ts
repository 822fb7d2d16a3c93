import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ETag,
  etagOf,
  isStrongMatch,
  isWeakMatch,
  parseETag,
  parseETags,
} from '../../../src/adapters/http/etag.ts';

const strong = (opaque: string): ETag => ({ opaque, isWeak: false });
const weak = (opaque: string): ETag => ({ opaque, isWeak: true });
const written = ({ opaque, isWeak }: ETag): string => `${isWeak ? 'W/' : ''}"${opaque}"`;

const LISTS: [header: string, tags: '*' | ETag[] | undefined][] = [
  ['*', '*'],
  [' * ', '*'],
  ['"a"', [strong('a')]],
  ['W/"a"', [weak('a')]],
  ['""', [strong('')]],
  ['"a", W/"b" ,\t"c"', [strong('a'), weak('b'), strong('c')]],
  ['"a","b"', [strong('a'), strong('b')]],
  ['"a, b"', undefined],
  ['"a,b"', [strong('a,b')]],
  ['"*"', [strong('*')]],
  ['"W/"', [strong('W/')]],
  // A backslash is a character like any other: entity tags have no escapes.
  ['"a\\"', [strong('a\\')]],
  ['"a\\"b"', undefined],
  ['"\u00e9\u00ff"', [strong('\u00e9\u00ff')]],
  ['', []],
  [' , ,', []],
  [',"a",,"b",', [strong('a'), strong('b')]],
  ['*, "a"', undefined],
  ['"a", *', undefined],
  ['a', undefined],
  ['"a', undefined],
  ['a"', undefined],
  ['"a" "b"', undefined],
  ['"a""b"', undefined],
  ['w/"a"', undefined],
  ['W/a', undefined],
  ['W/ "a"', undefined],
  ['W/', undefined],
  ["'a'", undefined],
  ['"a\tb"', undefined],
  ['"a\x7f"', undefined],
  ['"a\u0100"', undefined],
];

describe('a list of entity tags', () => {
  it.each(LISTS)('%j is read as %j', (header, tags) => {
    expect(parseETags(header)).toEqual(tags);
  });

  const character = fc
    .integer({ min: 0x21, max: 0xff })
    .filter((code) => code !== 0x22 && code !== 0x7f)
    .map((code) => String.fromCharCode(code));
  const tag = fc.record({
    opaque: fc.array(character, { maxLength: 12 }).map((all) => all.join('')),
    isWeak: fc.boolean(),
  });
  const blanks = fc.stringMatching(/^[ \t]{0,3}$/u);
  const empty = fc.tuple(blanks, blanks).map(([before, after]) => `${before},${after}`);

  it('is what was written, whatever blanks and empty members are in it', () => {
    const members = fc.array(fc.tuple(tag, blanks, blanks, fc.array(empty, { maxLength: 2 })));
    fc.assert(
      fc.property(members, (all) => {
        const header = all.map(([it, before, after, none]) => {
          return `${none.join('')}${before}${written(it)}${after}`;
        });
        expect(parseETags(header.join(','))).toEqual(all.map(([it]) => it));
      }),
    );
  });

  it('is nothing else: what can be read and written again is the same list', () => {
    const near = fc.string({
      unit: fc.constantFrom('"', ',', ' ', 'W', '/', '*', 'a', '\\', '\t'),
    });
    fc.assert(
      fc.property(near, (header) => {
        const tags = parseETags(header);
        if (tags === undefined || tags === '*') return;
        expect(parseETags(tags.map(written).join(', '))).toEqual(tags);
        // Nothing but blanks and commas was left out.
        const rest = tags.reduce((left, it) => left.replace(written(it), ''), header);
        expect(rest).toMatch(/^[ \t,]*$/u);
      }),
      { numRuns: 2000 },
    );
  });

  it('with a member that is none is none at all', () => {
    const broken = tag.chain((it) => {
      const text = written(it);
      return fc.constantFrom(text.slice(0, -1), text.replace('"', ''), `${text}x`, `x${text}`);
    });
    fc.assert(
      fc.property(fc.array(tag), broken, fc.array(tag), (before, one, after) => {
        const members = [...before.map(written), one, ...after.map(written)];
        expect(parseETags(members.join(', '))).toBeUndefined();
      }),
    );
  });

  it('of a hundred thousand members is read in one pass', () => {
    const header = '"a",'.repeat(100_000);
    expect(parseETags(header)).toHaveLength(100_000);
    expect(parseETags(`${header}"`)).toBeUndefined();
  });
});

it('one entity tag is one, and not a list', () => {
  expect(parseETag('W/"a"')).toEqual(weak('a'));
  for (const text of ['"a", "b"', '*', '', ' "a"', '"a" ']) expect(parseETag(text)).toBeUndefined();
});

it.each([
  [weak('1'), weak('1'), false, true],
  [weak('1'), weak('2'), false, false],
  [weak('1'), strong('1'), false, true],
  [strong('1'), strong('1'), true, true],
  [strong('1'), strong('2'), false, false],
])('%j and %j match strongly: %s, weakly: %s', (one, other, strongly, weakly) => {
  expect(isStrongMatch(one, other)).toBe(strongly);
  expect(isStrongMatch(other, one)).toBe(strongly);
  expect(isWeakMatch(one, other)).toBe(weakly);
  expect(isWeakMatch(other, one)).toBe(weakly);
});

it('bytes have one strong ETag, and other bytes another', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (one, other) => {
      const tag = parseETag(etagOf(one));
      expect(tag?.isWeak).toBe(false);
      const isEqual = Buffer.from(one).equals(Buffer.from(other));
      expect(etagOf(one) === etagOf(other)).toBe(isEqual);
    }),
  );
  expect(etagOf('é')).toBe(etagOf(Buffer.from('é')));
});
