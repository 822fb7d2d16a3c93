import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { fingerprint, isSameInput } from '../../src/core/fingerprint.ts';

describe('canonical JSON', () => {
  it('is that of the example of RFC 8785, section 3.2.3', () => {
    const value = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts names by their UTF-16 units, as the example of section 3.2.3 does', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    const object = Object.fromEntries(names.map((name) => [name, 0]));
    expect(Object.keys(JSON.parse(canonicalJson(object)) as object).sort()).toEqual(sorted);
    const positions = sorted.map((name) => canonicalJson(object).indexOf(JSON.stringify(name)));
    expect(positions).toEqual(positions.toSorted((left, right) => left - right));
  });

  it('is the same for equal values, in whatever order their members were set', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('sorts many names as it sorts few', () => {
    const names = Array.from({ length: 100 }, (_, index) => `n${(index * 37) % 100}`);
    const many = Object.fromEntries(names.map((name) => [name, 1]));
    expect(canonicalJson(many)).toBe(
      JSON.stringify(Object.fromEntries(names.toSorted().map((name) => [name, 1]))),
    );
  });

  it('asks toJSON, and leaves out what is undefined', () => {
    expect(canonicalJson({ b: new Date(0), a: undefined })).toBe(
      '{"b":"1970-01-01T00:00:00.000Z"}',
    );
    expect(canonicalJson(-0)).toBe('0');
  });

  it.each([
    ['NaN', Number.NaN],
    ['infinity', Number.NEGATIVE_INFINITY],
    ['bigint', 1n],
    ['a function', () => {}],
    ['a symbol', Symbol('x')],
    ['a Map', new Map()],
    ['a Set', new Set()],
    ['bytes inside', { bytes: new Uint8Array(1) }],
    ['undefined in a list', [undefined]],
    ['a hole in a list', new Array(1)],
    ['half a surrogate pair', 'x\udc00'],
    ['half a surrogate pair in a name', { '\ud800': 1 }],
    ['a value that holds itself', cycle()],
  ])('refuses %s', (_what, value) => {
    expect(() => canonicalJson({ value })).toThrow(
      expect.objectContaining({ code: 'ERR_RUNTWICE_INVALID_ARGUMENT' }),
    );
  });
});

describe('a fingerprint', () => {
  it('says its version, and is the SHA-256 of the canonical text', () => {
    expect(fingerprint({ b: 1, a: 2 })).toBe('1:02JqwwqH5vemQoIzs8aCmZdoZfpVCOQmfFQVx2r3p3I');
  });

  it('of bytes is that of the bytes; of nothing, that of no bytes', () => {
    expect(fingerprint(new TextEncoder().encode('{"a":2,"b":1}'))).toBe(
      fingerprint({ a: 2, b: 1 }),
    );
    expect(fingerprint(undefined)).toBe(fingerprint(new Uint8Array()));
    expect(fingerprint(null)).not.toBe(fingerprint(undefined));
  });

  it('of a newer version cannot be compared, and says so', () => {
    const own = fingerprint(1);
    expect(isSameInput(own, own, () => 1)).toBe(true);
    expect(isSameInput(fingerprint(2), own, () => 1)).toBe(false);
    expect(() => isSameInput('9:abc', own, () => 1)).toThrow(
      expect.objectContaining({ code: 'ERR_RUNTWICE_RECORD_TOO_NEW' }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

function cycle(): object {
  const value: { self?: object } = {};
  value.self = value;
  return value;
}
