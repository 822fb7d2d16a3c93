import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/check/sandbox/sandbox.ts';
import { chancesOf, faultFlag, faultText, parseFault } from '../../../src/check/scenarios/fault.ts';

const RUN: Run = {
  effects: [
    { name: 'create', path: '/app/sum', other: '' },
    { name: 'write', path: '/app/sum', other: '' },
    { name: 'send', path: 'tcp 127.0.0.1:80', other: '' },
    { name: 'rename', path: '/app/sum', other: '/app/total' },
    { name: 'unlink', path: '/app/old', other: '' },
  ],
  sent: [],
  requests: ['POST http://b.example/'],
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
  it('is each request, before and after, and each effect that takes space', () => {
    const chances = chancesOf(RUN, '/app').map((one) =>
      'effect' in one ? `${one.kind} ${one.effect.name}` : `${one.kind} ${one.number}`,
    );
    const cuts = ['cut-before 1', 'cut-after 1'];
    expect(chances).toEqual([...cuts, 'ENOSPC create', 'ENOSPC write', 'EIO write']);
  });

  it.each([
    ['ENOSPC write sum #2', 'the disk was full from write sum #2 on'],
    ['EIO write sum', 'the disk failed at write sum'],
    ['cut-before 1', 'POST http://b.example/ was cut off before the server had it'],
    ['cut-after 2', 'request 2 was cut off when the server had it'],
  ])('is told, and typed: %s', (flag, text) => {
    const fault = parseFault(flag, '/app');
    expect(faultText(fault, RUN.requests)).toBe(text);
    expect(faultFlag(fault, '/app')).toBe(flag);
  });
});
