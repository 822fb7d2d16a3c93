import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseKey } from '../../../../src/adapters/http/engine/header.ts';

/** A key as RFC 9651 writes a String. */
function quoted(key: string): string {
  return `"${key.replaceAll(/["\\]/gu, (char) => `\\${char}`)}"`;
}

describe('the header Idempotency-Key', () => {
  it('is the same key quoted and bare', () => {
    for (const key of ['a', '8e03978e-40d5-43dd-bc93-6894a57f9324', 'a;b=c', "it's", 'a\\b']) {
      expect(parseKey(key, false)).toEqual({ key });
      expect(parseKey(`  ${quoted(key)} `, false)).toEqual({ key });
      expect(parseKey(quoted(key), true)).toEqual({ key });
    }
  });

  it('has parameters that say nothing', () => {
    expect(parseKey('"a";b=1;c', false)).toEqual({ key: 'a' });
  });

  it.each([
    '',
    '  ',
    '"',
    '""',
    '"a',
    'a"',
    '"a" b',
    '"a", "b"',
    'a, b',
    'a b',
    'ä',
    '"ä"',
    '"a\\n"',
    'x'.repeat(256),
    `"${'x'.repeat(256)}"`,
  ])('%j is no key', (header) => {
    expect(parseKey(header, false)).toHaveProperty('problem');
  });

  it.each(['a', '12', ':YQ==:', '?1'])('%s is none where only strings are', (header) => {
    expect(parseKey(header, true)).toHaveProperty('problem');
    expect(parseKey(header, false)).toEqual({ key: header });
  });

  it('takes any printable key in quotes, and anything at all without an error', () => {
    const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 255 });
    fc.assert(
      fc.property(printable, (key) => {
        expect(parseKey(quoted(key), true)).toEqual({ key });
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (header, isStrict) => {
        const parsed = parseKey(header, isStrict);
        expect('key' in parsed ? parsed.key : parsed.problem).not.toBe('');
      }),
    );
  });
});
