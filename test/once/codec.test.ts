import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decode,
  decodeError,
  decodeValue,
  encode,
  encodeError,
  encodeValue,
} from '../../src/once/codec.ts';
import { FinalError } from '../../src/once/errors.ts';

const shared = { x: 1 };

describe('a value', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['text with half a surrogate pair', 'a\ud800b'],
    ['lists and objects', { list: [1, 'a', { b: null }], '': true }],
  ])('of plain JSON is recorded as JSON: %s', (_what, value) => {
    expect(encode(value).codec).toBe('json');
    expect(decode(encode(value))).toEqual(value);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a member that is undefined', { a: undefined }],
    ['minus zero', -0],
    ['NaN', Number.NaN],
    ['a Date', new Date(5)],
    ['a Map', new Map([[{ a: 1 }, new Set([1n])]])],
    ['bytes', new Uint8Array([0, 255])],
    ['a bigint', 2n ** 70n],
    ['a list with a hole', Object.assign([1], { 2: 3 })],
    ['one object twice', [shared, shared]],
  ])('of another kind comes back as it was: %s', (_what, value) => {
    expect(decode(encode(value))).toStrictEqual(value);
  });

  it('comes back as it was, whatever plain values it is made of', () => {
    const value = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true });
    fc.assert(
      fc.property(value, (made) => {
        fc.pre(isPlain(made));
        expect(decode(encode(made))).toEqual(made);
      }),
    );
  });

  it('is another one each time it is read', () => {
    const stored = encode({ list: [1] });
    expect(decode(stored)).not.toBe(decode(stored));
  });

  it.each([
    ['an instance of a class', new (class Receipt {})()],
    ['a function', () => {}],
    ['a promise', Promise.resolve()],
    ['an object with a toJSON', { toJSON: () => 1 }],
  ])('of no such kind is refused: %s', (_what, value) => {
    expect(() => encode(value)).toThrow();
  });

  it('goes through the operation’s own codec, and needs it to be read', () => {
    class Money {
      readonly cents: number;
      constructor(cents: number) {
        this.cents = cents;
      }
    }
    const codec = {
      save: (value: unknown) => (value as Money).cents,
      load: (saved: unknown) => new Money(Number(saved)),
    };
    const stored = encodeValue(new Money(5), codec);
    expect(decodeValue(stored, codec)).toStrictEqual(new Money(5));
    expect(() => decodeValue(stored, undefined)).toThrow(
      expect.objectContaining({ code: 'ERR_RUNTWICE_INVALID_ARGUMENT' }),
    );
  });

  it('in a way that is not known here says so', () => {
    expect(() => decode({ codec: 'cbor', text: '' })).toThrow(
      expect.objectContaining({ code: 'ERR_RUNTWICE_RECORD_TOO_NEW' }),
    );
  });

  it('that is a final error keeps its message, data and cause', () => {
    const error = new FinalError('no', { data: { when: new Date(0) }, cause: new Error('why') });
    expect(decodeError(encodeError(error))).toMatchObject({
      name: 'FinalError',
      message: 'no',
      data: { when: new Date(0) },
      cause: { message: 'why' },
    });
    expect(decodeError(encodeError(new FinalError('no')))).not.toHaveProperty('cause');
  });
});

/** What the codec is made for: no objects without a prototype, and none that look like something else. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'symbol') return false;
  if (typeof value !== 'object' || value === null) return true;
  if (value instanceof Map) return [...value].flat().every(isPlain);
  if (value instanceof Set || Array.isArray(value)) return [...value].every(isPlain);
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  const entries = Object.entries(value);
  return (
    Object.getPrototypeOf(value) === Object.prototype &&
    entries.every(([name, member]) => name !== '__proto__' && name !== 'toJSON' && isPlain(member))
  );
}
