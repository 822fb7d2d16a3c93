// Each rule must be seen to refuse: a file that breaks it is made up here and given to the rule.
import { describe, expect, it } from 'vitest';
import { leakedTypes } from './rules/declarations.ts';
import { type ExportsMap, exportsViolations } from './rules/exports-map.ts';
import { reaches, roomCycles } from './rules/graph.ts';
import { linesOf, median, tooLong } from './rules/size.ts';
import type { SourceFile } from './rules/source.ts';
import { topLevelAwaits } from './rules/top-level-await.ts';
import { bannedWords } from './rules/words.ts';

function tree(files: Record<string, string>): SourceFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

describe('top-level await', () => {
  it.each([
    'await ready;',
    'const a = await ready;',
    'export const a = { b: await ready };',
    'if (a) { for await (const b of c) d(b); }',
    'await using a = open();',
    'class A { static { a; } [await name]() {} }',
  ])('refuses %s', (text) => {
    expect(topLevelAwaits(tree({ 'src/once/a.ts': text }))).toHaveLength(1);
  });

  it.each([
    'async function a() { await b; for await (const c of d) e(c); }',
    'export const a = async () => await b;',
    'class A { async b() { await c; } }',
  ])('allows %s', (text) => {
    expect(topLevelAwaits(tree({ 'src/once/a.ts': text }))).toEqual([]);
  });

  it('allows it in the command line', () => {
    expect(topLevelAwaits(tree({ 'src/cli/main.ts': 'await main();' }))).toEqual([]);
  });
});

describe('circles', () => {
  it('finds one of two rooms, through a type', () => {
    const files = tree({
      'src/core/a.ts': "import type { B } from '../once/b.ts';",
      'src/once/b.ts': "import { a } from '../core/a.ts';",
    });
    expect(roomCycles(files)).toEqual(['core → once → core']);
  });

  it('finds one of three rooms, once', () => {
    const files = tree({
      'src/check/c.ts': "import '../core/a.ts';",
      'src/core/a.ts': "import '../once/b.ts';",
      'src/once/b.ts': "import '../check/c.ts';",
    });
    expect(roomCycles(files)).toEqual(['check → core → once → check']);
  });

  it('finds none in a line', () => {
    const files = tree({ 'src/core/a.ts': '', 'src/once/b.ts': "import '../core/a.ts';" });
    expect(roomCycles(files)).toEqual([]);
  });
});

describe('what an entry reaches', () => {
  const sqlite = "import { DatabaseSync } from 'node:sqlite';";

  it.each([
    ["export * from './a.ts';", true],
    ["export const a = () => import('./a.ts');", true],
    ["import { type A } from './a.ts';", true],
    ["export type { A } from './a.ts';", false],
  ])('follows %s: %s', (text, follows) => {
    const files = tree({
      'src/index.ts': text,
      'src/a.ts': "import './b.ts';",
      'src/b.ts': sqlite,
    });
    expect(reaches(files, 'src/index.ts').has('node:sqlite')).toBe(follows);
  });
});

describe('sizes', () => {
  it('refuses a file of 401 lines and allows one of 400', () => {
    const [long, short] = tree({ 'a.ts': 'x\n'.repeat(401), 'b.ts': 'x\n'.repeat(400) });
    expect(tooLong([long, short] as SourceFile[])).toEqual([
      expect.stringContaining('a.ts has 401'),
    ]);
    expect(linesOf(short as SourceFile)).toBe(400);
  });

  it('takes the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
  });
});

describe('exports', () => {
  const files = tree({ 'src/index.ts': '', 'src/ensure/files/index.ts': '', 'src/core/a.ts': '' });
  const entry = (path: string) => ({
    types: `./dist/${path}.d.ts`,
    default: `./dist/${path}.js`,
  });
  const good: ExportsMap = {
    '.': entry('index'),
    './files': entry('ensure/files/index'),
    './package.json': './package.json',
  };

  it('allows the right map', () => {
    expect(exportsViolations(good, files)).toEqual([]);
  });

  it('allows a name for what a room stands for', () => {
    const client = tree({ 'src/adapters/http/client/index.ts': '' });
    const named = { './fetch': entry('adapters/http/client/index') };
    expect(exportsViolations(named, client)).toEqual([]);
    const other = { './client': entry('adapters/http/client/index') };
    expect(exportsViolations(other, client)).toEqual([expect.stringContaining('not named as')]);
  });

  it.each<[string, ExportsMap, string]>([
    ['a room without an entry', { '.': entry('index') }, 'ensure/files has no entry'],
    ['an entry without a source', { ...good, './rows': entry('ensure/rows/index') }, 'there is no'],
    ['another name', { ...good, './copy': entry('ensure/files/index') }, 'not named as'],
    ['no types', { ...good, './a': './dist/core/a.js' }, 'must have types'],
    ['types after default', { ...good, './a': { default: 'a', types: 'b' } }, 'in this order'],
    ['types of another', { ...good, './a': { ...entry('core/a'), types: './b.d.ts' } }, 'differ'],
    ['a wildcard', { ...good, './core/*': entry('core/a') }, 'a wildcard'],
  ])('refuses %s', (_, map, words) => {
    expect(exportsViolations(map, files)).toEqual([expect.stringContaining(words)]);
  });
});

describe('public types', () => {
  it.each([
    ["import type { Options } from 'picomatch';", 'picomatch'],
    ["export declare const a: import('picomatch').Matcher;", 'picomatch'],
    ["import { picomatch } from '../vendor/picomatch.ts';", 'vendor'],
    ["export { B } from './b.ts';", './b.ts'],
  ])('refuses %s', (text, words) => {
    const files = tree({ 'dist/core/a.d.ts': text });
    expect(leakedTypes(files)).toEqual([expect.stringContaining(words)]);
  });

  it('allows what is published, and Node', () => {
    const text = "import type { A } from './b.ts'; import type { Stats } from 'node:fs';";
    expect(leakedTypes(tree({ 'dist/a.d.ts': text, 'dist/b.d.ts': '' }))).toEqual([]);
  });
});

describe('banned words', () => {
  const one = (text: string, registry?: string) => bannedWords(tree({ 'a.md': text }), registry);

  it.each([
    `see /${'work'}/main`,
    `"/tmp/${'lab'}/x"`,
    `cd /${'root'}/.npmrc`,
    `C="/${'home'}/me/x"`,
    '  "resolved": "https://example.org/a.tgz",',
    'registry=https://example.org/',
    '@scope:registry = https://example.org/',
  ])('refuses %s', (text) => {
    expect(one(`first\n${text}`)).toEqual([expect.stringContaining('a.md:2')]);
  });

  it('refuses the name of the registry that is set up', () => {
    expect(one('get it from npm.example.org', 'https://npm.example.org/x')).toHaveLength(1);
  });

  it.each(['homework/x', './work/x', 'https://registry.npmjs.org/', 'a registry is needed'])(
    'allows %s',
    (text) => {
      expect(one(text, 'https://registry.npmjs.org/')).toEqual([]);
    },
  );
});
