import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CASES } from './cases.ts';

const COUNT = 62;
const TEST = new URL('../../', import.meta.url);

/** What a test's name looks like where it is given to `it`, in either quotes. */
function namesIn(file: string): Set<string> {
  const path = fileURLToPath(new URL(file, TEST));
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const named =
    /\bit(?:\.\w+\([^()]*(?:\([^()]*\))*[^()]*\)|\.\w+)*\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gsu;
  return new Set([...text.matchAll(named)].map((match) => String(match[2])));
}

function problems(cases: typeof CASES): string[] {
  return Object.entries(cases).flatMap(([number, { tests }]) => {
    const missing = tests.flatMap(([file, ...names]) => {
      const there = namesIn(file);
      return names.filter((name) => !there.has(name)).map((name) => `${file}: ${name}`);
    });
    const empty = tests.length === 0 || tests.some((test) => test.length < 2);
    return [...missing, ...(empty ? ['names no test'] : [])].map(
      (what) => `case ${number}: ${what}`,
    );
  });
}

describe('the cases of the export', () => {
  it('are all there, from 1 to 62', () => {
    const numbers = Object.keys(CASES).map(Number);
    expect(numbers).toEqual(Array.from({ length: COUNT }, (_, index) => index + 1));
  });

  it('name tests that exist', () => {
    expect(problems(CASES)).toEqual([]);
  });

  it('would say so if one did not', () => {
    const file = 'ensure/files/names.test.ts';
    expect(
      problems({ 1: { what: 'x', tests: [[file, 'a test that nobody wrote']] } }),
    ).toHaveLength(1);
    expect(problems({ 1: { what: 'x', tests: [['missing.test.ts', 'x']] } })).toHaveLength(1);
    expect(problems({ 1: { what: 'x', tests: [] } })).toHaveLength(1);
  });
});
