import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import {
  ERROR_CODES,
  type ErrorCode,
  isRuntwiceError,
  RuntwiceError,
} from '../../src/core/errors.ts';

const error = new RuntwiceError('ERR_RUNTWICE_USAGE', 'missing DEST', {
  fix: 'Name a folder.',
  data: { given: 1 },
  cause: 'why',
});

describe('RuntwiceError', () => {
  it('says what happened, what to do, the facts and the cause', () => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'RuntwiceError',
      code: 'ERR_RUNTWICE_USAGE',
      message: 'missing DEST',
      fix: 'Name a folder.',
      data: { given: 1 },
      cause: 'why',
    });
  });

  it('has empty facts and no cause where none are given', () => {
    const bare = new RuntwiceError('ERR_RUNTWICE_USAGE', 'x', { fix: 'y' });
    expect(bare.data).toEqual({});
    expect('cause' in bare).toBe(false);
  });

  it('keeps a cause that is undefined, because that was thrown', () => {
    const thrown = new RuntwiceError('ERR_RUNTWICE_USAGE', 'x', { fix: 'y', cause: undefined });
    expect('cause' in thrown).toBe(true);
  });
});

describe('isRuntwiceError', () => {
  it('knows an error, and its code', () => {
    expect(isRuntwiceError(error)).toBe(true);
    expect(isRuntwiceError(error, 'ERR_RUNTWICE_USAGE')).toBe(true);
    expect(isRuntwiceError(error, 'ERR_RUNTWICE_INTERNAL')).toBe(false);
  });

  it('knows an error from another copy of the package, which instanceof does not', async () => {
    vi.resetModules();
    const copy = await import('../../src/core/errors.ts');
    const foreign = new copy.RuntwiceError('ERR_RUNTWICE_USAGE', 'x', { fix: 'y' });
    expect(foreign).not.toBeInstanceOf(RuntwiceError);
    expect(isRuntwiceError(foreign, 'ERR_RUNTWICE_USAGE')).toBe(true);
    expect(copy.isRuntwiceError(error, 'ERR_RUNTWICE_USAGE')).toBe(true);
  });

  it.each([
    ['another error', new Error('x')],
    ['an object with the same fields', { ...error, name: error.name, message: error.message }],
    ['a text', 'ERR_RUNTWICE_USAGE'],
    ['nothing', undefined],
    ['null', null],
  ])('does not take %s for one', (_, value) => {
    expect(isRuntwiceError(value)).toBe(false);
  });

  it('shows no brand to those who list or print the fields', () => {
    expect(Object.keys(error)).not.toContain('runtwice.error');
    expect(Object.getOwnPropertySymbols({ ...error })).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const sections = text.split(/^## /m).slice(1);
  const titles = sections.map((section) => section.slice(0, section.indexOf('\n')));

  it('has a section for each code and for no other', () => {
    expect(titles.toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted());
  });

  it.each(titles)('says of %s what happened, in which state things are and what to do', (title) => {
    const section = sections[titles.indexOf(title)];
    for (const part of ['**What happened:**', '**State:**', '**What to do:**']) {
      expect(section).toContain(part);
    }
  });

  it('names no code in the text that does not exist', () => {
    const named = text.match(/ERR_RUNTWICE_\w+/g) ?? [];
    expect(named.filter((code) => !Object.hasOwn(ERROR_CODES, code))).toEqual([]);
  });
});

describe('the codes', () => {
  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s has a meaning in one sentence', (code) => {
    expect(code).toMatch(/^ERR_RUNTWICE_[A-Z_]+$/);
    expect(ERROR_CODES[code]).toMatch(/^[A-Z][^.]*\.$/);
  });
});
