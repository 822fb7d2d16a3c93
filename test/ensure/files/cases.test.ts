import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const COUNT = 62;
const TEST = new URL('../../', import.meta.url);
const LIST = new URL('cases.md', import.meta.url);

interface Case {
  readonly number: number;
  readonly tests: { readonly file: string; readonly name: string }[];
}

function casesIn(list: string): Case[] {
  const cases: Case[] = [];
  for (const line of list.split('\n')) {
    const [, number] = /^(\d+)\. /u.exec(line) ?? [];
    if (number !== undefined) cases.push({ number: Number(number), tests: [] });
    const [, file = '', name = ''] = /^ +- ([\w/-]+): (.+)$/u.exec(line) ?? [];
    if (file !== '' && file !== 'note') cases.at(-1)?.tests.push({ file, name });
  }
  return cases;
}

/** The names given to `it`, whatever stands between the two. */
function namesIn(file: string): Set<string> {
  const url = new URL(`${file}.test.ts`, TEST);
  const text = existsSync(url) ? readFileSync(url, 'utf8') : '';
  const start = /\bit(?:\.\w+(?:\((?:[^()]|\([^()]*\))*\))?)*\(\s*/.source;
  const quoted = /(['"`])((?:\\.|(?!\1).)*)\1/.source;
  return new Set(
    [...text.matchAll(new RegExp(start + quoted, 'gsu'))].map((match) => `${match[2]}`),
  );
}

function problems(cases: readonly Case[]): string[] {
  return cases.flatMap(({ number, tests }) => {
    if (tests.length === 0) return [`case ${number} names no test`];
    const missing = tests.filter(({ file, name }) => !namesIn(file).has(name));
    return missing.map(({ file, name }) => `case ${number}: ${file} has no test "${name}"`);
  });
}

describe('the cases of the export', () => {
  const cases = casesIn(readFileSync(LIST, 'utf8'));

  it('are all there, from 1 to 62', () => {
    expect(cases.map(({ number }) => number)).toEqual(
      Array.from({ length: COUNT }, (_, index) => index + 1),
    );
  });

  it('name tests that exist', () => {
    expect(problems(cases)).toEqual([]);
  });

  it('would be found out if they did not', () => {
    const ensure = 'ensure/files/names';
    expect(problems(casesIn(`1. x\n  - ${ensure}: a name of 255 bytes is exported`))).toEqual([]);
    expect(problems(casesIn(`1. x\n  - ${ensure}: a test that nobody wrote`))).toHaveLength(1);
    expect(problems(casesIn('1. x\n  - missing: a name of 255 bytes is exported'))).toHaveLength(1);
    expect(problems(casesIn('1. x\n  - note: nothing'))).toHaveLength(1);
  });
});
