import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { leakedTypes } from './rules/declarations.ts';
import { type ExportsMap, exportsViolations } from './rules/exports-map.ts';
import { reaches, roomCycles } from './rules/graph.ts';
import { importViolations } from './rules/import-table.ts';
import { linesOf, median, tooLong } from './rules/size.ts';
import { readFolder, readTree } from './rules/source.ts';
import { topLevelAwaits } from './rules/top-level-await.ts';
import { bannedWords } from './rules/words.ts';

const src = readFolder('src', '.ts');
const test = readFolder('test', '.ts');

describe('the house', () => {
  it('reads the sources at all', () => {
    expect(src.map((file) => file.path)).toContain('src/index.ts');
  });

  it('imports only what the table allows', () => {
    expect(importViolations(src)).toEqual([]);
  });

  it('has no rooms that import each other in a circle', () => {
    expect(roomCycles(src)).toEqual([]);
  });

  it('keeps node:sqlite out of reach of the main entry', () => {
    const reached = reaches(src, 'src/index.ts');
    expect(reached).toContain('src/index.ts');
    expect(reached).not.toContain('node:sqlite');
  });

  it('has no top-level await in the library', () => {
    expect(topLevelAwaits(src)).toEqual([]);
  });

  it('keeps files short', () => {
    expect(tooLong([...src, ...test])).toEqual([]);
    const [inSrc, inTest] = [src, test].map((files) => median(files.map(linesOf)));
    console.log(
      `Lines a file, median: src ${inSrc} (${src.length}), test ${inTest} (${test.length}).`,
    );
  });

  it('publishes each public room under its name, and nothing else', () => {
    const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: ExportsMap };
    expect(exportsViolations(exports, src)).toEqual([]);
  });

  it('shows no vendored type in a public .d.ts', () => {
    const declarations = readFolder('dist', '.d.ts');
    expect(declarations.map((file) => file.path)).toContain('dist/index.d.ts');
    expect(leakedTypes(declarations)).toEqual([]);
  });

  it('names no place of one machine', () => {
    expect(bannedWords(readTree(), process.env['npm_config_registry'])).toEqual([]);
  });
});
