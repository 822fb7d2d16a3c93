import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Identity, identityPrefix, identityText, parseIdentity } from '../../src/core/key.ts';

const identity = (parts: Partial<Identity> = {}): Identity => ({
  namespace: 'shop',
  scope: '',
  operation: 'charge',
  key: 'order-1',
  ...parts,
});

describe('an identity', () => {
  it('is one text, in the order of its parts', () => {
    expect(identityText(identity())).toBe('shop//charge/order-1');
    expect(identityText(identity({ scope: 'a/b', key: 'c/d%' }))).toBe('shop/a%2Fb/charge/c/d%');
  });

  it('is read back from its text, whatever is in it', () => {
    const part = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        part,
        fc.oneof(fc.constant(''), part),
        part,
        part,
        (namespace, scope, operation, key) => {
          const made = { namespace, scope, operation, key };
          expect(parseIdentity(identityText(made))).toEqual(made);
          expect(identityText(made).startsWith(identityPrefix(namespace, scope, operation))).toBe(
            true,
          );
        },
      ),
    );
  });

  it.each([
    ['an empty key', { key: '' }],
    ['an empty operation', { operation: '' }],
    ['an empty namespace', { namespace: '' }],
    ['half a surrogate pair', { key: '\ud800' }],
    ['a number', { key: 5 as unknown as string }],
    ['nothing', { key: undefined as unknown as string }],
    ['a scope that is no text', { scope: null as unknown as string }],
    ['more than 512 bytes', { key: 'ü'.repeat(250) }],
  ])('with %s is refused', (_what, parts) => {
    expect(() => identityText(identity(parts))).toThrow(
      expect.objectContaining({ code: 'ERR_RUNTWICE_INVALID_ARGUMENT' }),
    );
  });

  it('of 512 bytes is taken', () => {
    const room = 512 - identityText(identity({ key: 'k' })).length + 1;
    expect(identityText(identity({ key: 'k'.repeat(room) }))).toHaveLength(512);
    expect(() => identityText(identity({ key: 'k'.repeat(room + 1) }))).toThrow(
      'too long: 513 bytes',
    );
  });
});
