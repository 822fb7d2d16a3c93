import { describe, expect, it } from 'vitest';
import { shortName } from '../../../../src/adapters/http/engine/names.ts';
import {
  type IdempotencyOptions,
  settingsOf,
} from '../../../../src/adapters/http/engine/options.ts';
import { createLedger } from '../../../../src/once/ledger.ts';
import { memoryStore } from '../../../../src/stores/memory/index.ts';

const ledger = createLedger({ store: memoryStore(), namespace: 'test', keep: '1d' });
const GOOD: IdempotencyOptions = { ledger, scope: 'public' };

describe('options of idempotency()', () => {
  it.each<[string, object, string]>([
    ['no ledger', { ledger: undefined }, 'there is no ledger'],
    ['no scope', { scope: undefined }, 'nothing says whose keys they are'],
    ['a scope that is a name', { scope: 'user' }, 'nothing says whose keys they are'],
    ['another dialect', { dialect: 'soap' }, 'there is no dialect soap'],
    ['steps in a transaction', { steps: true, transaction: {} }, 'a transaction has no steps'],
    ['a transaction of SQLite', { transaction: { exec() {} } }, 'SQLite cannot wait'],
    ['no size', { maxResponseBody: -1 }, 'maxResponseBody is no number of bytes'],
    ['half a byte', { maxRequestBody: 0.5 }, 'maxRequestBody is no number of bytes'],
    ['a completer that may do nothing', { storeInput: {} }, 'may not run it again'],
  ])('are refused: %s', (_, wrong, words) => {
    const make = () => settingsOf({ ...GOOD, ...wrong } as IdempotencyOptions);
    expect(make).toThrow(
      expect.objectContaining({
        code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
        message: expect.stringContaining(words),
        fix: expect.stringContaining('Give '),
      }),
    );
  });

  it('are good with a ledger and a scope', () => {
    expect(settingsOf(GOOD)).toMatchObject({ isRequired: false, dialect: 'ietf' });
    expect(settingsOf({ ...GOOD, methods: ['delete'] }).methods).toEqual(new Set(['DELETE']));
    expect(() => settingsOf({ ...GOOD, storeInput: {}, ifInterrupted: 'rerun' })).not.toThrow();
  });
});

describe('a name in a record', () => {
  it('is short, and another one for another name', () => {
    expect(shortName('POST /charges')).toBe('POST /charges');
    const [one, two] = [shortName(`${'ä'.repeat(60)}1`), shortName(`${'ä'.repeat(60)}2`)];
    expect(Buffer.byteLength(one)).toBeLessThanOrEqual(96);
    expect(one).not.toBe(two);
    expect(shortName(`${'a'.repeat(15)}🥊${'b'.repeat(100)}`).isWellFormed()).toBe(true);
  });
});
