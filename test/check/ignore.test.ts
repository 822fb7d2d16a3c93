import { describe, expect, it } from 'vitest';
import { answersOf, canCheck, check } from '../support/check.ts';
import { cli } from '../support/cli.ts';

const LINE = 'date +%N > stamp/made && mkdir -p out';
const TWICE = ['--only', 'twice'];

describe.runIf(canCheck('what a check ignores'))('a path that is ignored', () => {
  const ignore = ['--ignore', 'stamp/*', '--because', 'nobody reads it'];

  it('does not count, and is counted with its reason', async () => {
    const files = { 'stamp/made': '' };
    expect(answersOf(await check(['sh', '-c', LINE], files, TWICE))).toEqual({
      twice: 'changed again',
    });
    const report = await check(['sh', '-c', LINE], files, [...TWICE, ...ignore]);
    expect(report).toMatchObject({
      verdict: 'safe',
      notes: ['ignored: 1 like stamp/*, because nobody reads it'],
    });
  });

  it('is told where there is none like it', async () => {
    const report = await check(['true'], {}, [...TWICE, ...ignore]);
    expect(report.notes).toEqual(['ignored: 0 like stamp/*, because nobody reads it']);
  });

  it.each(['/tmp/a', '~/a', 'a*'])('may be anywhere: %s', async (glob) => {
    const line = 'date +%N > ~/a; date +%N > /tmp/a; date +%N > a';
    const flags = [...TWICE, '--ignore', glob, '--because', 'it is for a test'];
    const report = await check(['sh', '-c', line], {}, flags);
    expect(report.notes).toContain(`ignored: 1 like ${glob}, because it is for a test`);
  });
});

it.each([[['--ignore', 'a']], [['--because', 'b']], [['--ignore', 'a', '--because', ' ']]])(
  'a path is not ignored without a pattern and a reason: %j',
  async (flags) => {
    const { code, stderr } = await cli(['check', ...flags, '--', 'true']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--because|reason/u);
  },
);

describe.runIf(canCheck('what is strict'))('a strict check', () => {
  it('takes notes for what is not safe', async () => {
    const flags = [...TWICE, '--strict'];
    expect(await check(['sh', '-c', 'echo a > a'], {}, flags)).toMatchObject({
      verdict: 'safe with notes',
      exit: 1,
    });
    expect(await check(['mkdir', '-p', 'a'], {}, flags)).toMatchObject({ exit: 0 });
  });
});

describe.runIf(canCheck('all moments'))('an exhaustive check', () => {
  it('kills at every moment, whatever the budget is', { timeout: 60_000 }, async () => {
    const line = ['sh', '-c', 'mkdir -p a b c d e f'];
    const flags = ['--only', 'interrupted', '--budget', '1ms'];
    expect((await check(line, {}, flags)).points).toEqual({ found: 7, tried: 1 });
    const all = await check(line, {}, [...flags, '--exhaustive']);
    expect(all.points).toEqual({ found: 7, tried: 7 });
  });
});
