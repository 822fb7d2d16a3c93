// Each rule must be seen to refuse: a file that breaks it is made up here and given to the rule.
import { describe, expect, it } from 'vitest';
import { importViolations } from './rules/import-table.ts';
import type { SourceFile } from './rules/source.ts';

/** A tree with one file of each room, all empty. */
const TREE = [
  'src/core/key.ts',
  'src/vendor/picomatch.ts',
  'src/clients/sql.ts',
  'src/once/store.ts',
  'src/once/ledger.ts',
  'src/ensure/converge/index.ts',
  'src/ensure/files/index.ts',
  'src/ensure/rows/index.ts',
  'src/stores/memory/index.ts',
  'src/stores/sqlite/index.ts',
  'src/check/index.ts',
  'src/adapters/http/index.ts',
  'src/adapters/messages/index.ts',
  'src/testing/index.ts',
  'src/open.ts',
  'src/cli/main.ts',
  'src/index.ts',
].map((path) => ({ path, text: '' }));

function check(path: string, text: string): string[] {
  const rest: SourceFile[] = TREE.filter((file) => file.path !== path);
  return importViolations([...rest, { path, text }]);
}

const REFUSED: [path: string, text: string, words: string][] = [
  ['src/core/key.ts', "import { readFileSync } from 'node:fs';", 'not allowed in core'],
  ['src/core/key.ts', "import '../once/store.ts';", 'core may not import once'],
  ['src/core/key.ts', "import { x } from 'crypto';", 'write node:crypto'],
  ['src/core/key.ts', "import { x } from '../vendor/picomatch.ts';", 'core may not import vendor'],
  ['src/clients/sql.ts', "import type { Pool } from 'pg';", 'only src/vendor'],
  ['src/clients/sql.ts', "import type { X } from 'node:fs';", 'not allowed in clients'],
  ['src/vendor/picomatch.ts', "import '../core/key.ts';", 'vendor may not import core'],
  [
    'src/once/ledger.ts',
    "import '../stores/memory/index.ts';",
    'once may not import stores/memory',
  ],
  ['src/once/ledger.ts', "import '../ensure/files/index.ts';", 'may not import ensure/files'],
  ['src/ensure/files/index.ts', "import '../rows/index.ts';", 'may not import ensure/rows'],
  ['src/ensure/files/index.ts', "import '../../once/store.ts';", 'may not import once'],
  ['src/ensure/converge/index.ts', "import '../files/index.ts';", 'may not import ensure/files'],
  ['src/stores/memory/index.ts', "import '../sqlite/index.ts';", 'may not import stores/sqlite'],
  ['src/stores/memory/index.ts', "import '../../once/ledger.ts';", 'may not import once'],
  ['src/stores/memory/index.ts', "import 'node:sqlite';", 'not allowed in stores/memory'],
  ['src/check/index.ts', "import '../adapters/http/index.ts';", 'may not import adapters/http'],
  ['src/adapters/http/index.ts', "import '../messages/index.ts';", 'not import adapters/messages'],
  [
    'src/adapters/http/index.ts',
    "import '../../stores/memory/index.ts';",
    'not import stores/memory',
  ],
  ['src/testing/index.ts', "import '../once/ledger.ts';", 'testing may not import once'],
  ['src/open.ts', "import './stores/memory/index.ts';", 'imports lazily only'],
  ['src/open.ts', "import './ensure/files/index.ts';", 'may not import ensure/files'],
  ['src/open.ts', "import { Pool } from 'pg';", 'only src/vendor'],
  ['src/open.ts', "import type { Pool } from 'pg';", 'only src/vendor'],
  ['src/open.ts', "export const open = () => import('lodash');", 'only src/vendor'],
  ['src/stores/memory/index.ts', "export const open = () => import('pg');", 'only src/vendor'],
  ['src/index.ts', "export * from './ensure/files/index.ts';", 'may not import ensure/files'],
  ['src/index.ts', "export * from './stores/sqlite/index.ts';", 'may not import stores/sqlite'],
  ['src/check/index.ts', "import '../cli/main.ts';", 'check may not import cli'],
  ['src/cli/main.ts', "import { Command } from 'commander';", 'only src/vendor'],
  ['src/cli/main.ts', "import pkg from '../../package.json';", 'outside src'],
  ['src/cli/main.ts', "import './lost.ts';", 'no such file'],
  ['src/attic/old.ts', '', 'the room attic is not in the table'],
  ['src/core/key.ts', 'const name = "a"; import(name);', 'a computed name'],
];

/** Every way to write an import, each naming a file that core must not import. */
const FORMS = [
  "import { a } from 'X';",
  "import * as a from 'X';",
  "import type { A } from 'X';",
  "import { type A } from 'X';",
  "import 'X';",
  "export { a } from 'X';",
  "export type { A } from 'X';",
  "export * from 'X';",
  "export * as a from 'X';",
  "import a = require('X');",
  "const a = () => import('X');",
  'const a = () => import(`X`);',
  "const a = require('X');",
  "const a = process.getBuiltinModule('X');",
  "type A = import('X').A;",
  "function a(b: import('X').A<string>): void {}",
];

const ALLOWED: [path: string, text: string][] = [
  ['src/core/key.ts', "import { createHash } from 'node:crypto';"],
  ['src/vendor/picomatch.ts', "export { default as picomatch } from 'picomatch';"],
  ['src/ensure/files/index.ts', "import '../converge/index.ts'; import 'node:fs';"],
  ['src/stores/sqlite/index.ts', "import type { Store } from '../../once/store.ts';"],
  ['src/stores/sqlite/index.ts', "import { DatabaseSync } from 'node:sqlite';"],
  ['src/open.ts', "export const open = () => import('./stores/sqlite/index.ts');"],
  ['src/open.ts', "import type { Ledger } from './once/ledger.ts';"],
  ['src/open.ts', "export const open = () => import('pg');"],
  ['src/cli/main.ts', "import '../ensure/files/index.ts'; import(process.argv[2] ?? '');"],
  ['src/core/key.ts', 'const text = "import \'../once/store.ts\'"; // import "../once/store.ts"'],
];

describe('the import table', () => {
  it.each(REFUSED)('refuses %s: %s', (path, text, words) => {
    expect(check(path, text)).toEqual([expect.stringContaining(words)]);
  });

  it.each(FORMS)('sees %s', (form) => {
    const found = check('src/core/key.ts', form.replace('X', '../once/store.ts'));
    expect(found).toEqual([expect.stringContaining('core may not import once')]);
  });

  it.each(ALLOWED)('allows %s: %s', (path, text) => {
    expect(check(path, text)).toEqual([]);
  });

  it('stops at a file that it cannot read', () => {
    expect(() => check('src/core/key.ts', 'import {{')).toThrow('src/core/key.ts');
  });
});
