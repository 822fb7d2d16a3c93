import { describe, expect, it } from 'vitest';
import { type Fate, fateOf } from '../../../../src/adapters/http/engine/keeping.ts';
import { FinalError, NothingHappened } from '../../../../src/once/errors.ts';

const BODY = Buffer.alloc(0);

describe('what an answer means for its key', () => {
  it.each<[number, Fate]>([
    [200, 'keep'],
    [204, 'keep'],
    [302, 'keep'],
    [400, 'keep'],
    [401, 'keep'],
    [404, 'keep'],
    [408, 'release'],
    [409, 'keep'],
    [422, 'keep'],
    [425, 'release'],
    [429, 'release'],
    [500, 'keep'],
    [501, 'keep'],
    [502, 'unknown'],
    [503, 'release'],
    [504, 'unknown'],
  ])('%i: %s', (status, fate) => {
    expect(fateOf({ status, headers: [], body: BODY }, false)).toBe(fate);
    expect(fateOf({ status, headers: [], body: BODY }, true)).toBe('release');
  });

  it('a 409 that says when to come again says busy', () => {
    const headers = [['retry-after', '1']] as const;
    expect(fateOf({ status: 409, headers, body: BODY }, false)).toBe('release');
  });

  it.each<[number, unknown, Fate]>([
    [500, new Error('thrown'), 'unknown'],
    [404, new Error('not found'), 'keep'],
    [500, new FinalError('declined'), 'keep'],
    [503, new Error('thrown'), 'unknown'],
    [429, new Error('too many, says another server'), 'unknown'],
    [409, new NothingHappened('not yet'), 'release'],
    [500, Object.assign(new Error('away'), { code: 'ECONNREFUSED' }), 'release'],
  ])('%i that was thrown as %s: %s', (status, error, fate) => {
    expect(fateOf({ status, headers: [], body: BODY, thrown: { error } }, false)).toBe(fate);
  });
});
