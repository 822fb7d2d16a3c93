import { describe, expect, it } from 'vitest';
import { type Duration, durationMs } from '../../src/core/duration.ts';

describe('a duration', () => {
  it.each<[Duration, number]>([
    [0, 0],
    ['0', 0],
    [1500, 1500],
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5s', 1500],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['90d', 7_776_000_000],
    ['2w', 1_209_600_000],
  ])('%s is %i ms', (duration, ms) => {
    expect(durationMs(duration, 'wait')).toBe(ms);
  });

  it.each([
    '',
    '30',
    '00',
    's',
    '30 s',
    '-1s',
    '1e3s',
    '1h30m',
    '30S',
    '١s',
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 60,
    null,
    undefined,
    {},
    [1],
  ])('%s is none, and the error names the option', (wrong) => {
    expect(() => durationMs(wrong as Duration, 'wait')).toThrow(
      expect.objectContaining({
        code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
        message: expect.stringMatching(/^wait is no duration: /u),
      }),
    );
  });
});
