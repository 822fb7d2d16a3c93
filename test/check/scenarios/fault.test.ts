import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/check/sandbox/sandbox.ts';
import { faultsOf, faultText } from '../../../src/check/scenarios/fault.ts';

const RUN: Run = {
  effects: [
    { name: 'create', path: '/app/sum', other: '' },
    { name: 'write', path: '/app/sum', other: '' },
    { name: 'send', path: 'tcp 127.0.0.1:80', other: '' },
    { name: 'rename', path: '/app/sum', other: '/app/total' },
    { name: 'unlink', path: '/app/old', other: '' },
  ],
  sent: [
    { method: 'GET', url: 'http://a.example/', key: undefined, isWhole: false },
    { method: 'POST', url: 'http://b.example/', key: undefined, isWhole: true },
  ],
  connects: [],
  ends: [0],
  isKilled: false,
  isLeft: false,
  isFailed: false,
  isClockKept: false,
  isTimedOut: false,
  stdout: '',
  stderr: '',
  elapsedMs: 1,
};

describe('what may fail', () => {
  it('is each whole request, before and after, and each effect that takes space', () => {
    const faults = faultsOf(RUN, '/app').map(({ kind, number }) => `${kind}@${number}`);
    expect(faults).toEqual(['cut-before@1', 'cut-after@1', 'ENOSPC@1', 'ENOSPC@2', 'EIO@2']);
  });

  it.each([
    ['ENOSPC', 2, 'the disk was full from write sum on'],
    ['EIO', 2, 'the disk failed at write sum'],
    ['EIO', 9, 'the disk failed at effect 9'],
    ['cut-before', 1, 'POST http://b.example/ was cut off before the server had it'],
    ['cut-after', 2, 'request 2 was cut off when the server had it'],
  ] as const)('is told: %s@%i', (kind, number, text) => {
    expect(faultText({ kind, number }, RUN, RUN, '/app')).toBe(text);
  });
});
