// Held against a library that was written by others from the same RFC.
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.ts';

/** Names and texts of any well-formed characters, and the numbers whose texts are peculiar. */
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(-0, 5e-324, 1e21, 1e-7, 2 ** 53, 333333333.3333333, true, false, null),
    fc.array(tie('any')),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('any')),
  ),
})).any;

it('writes any JSON value as the library canonicalize does', () => {
  const isSame = (any: unknown) => canonicalJson(any) === canonicalize(any);
  fc.assert(fc.property(value, isSame), { numRuns: 5000 });
});
