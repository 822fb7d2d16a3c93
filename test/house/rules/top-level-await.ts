import { parse } from './imports.ts';
import { roomOf } from './rooms.ts';
import type { SourceFile } from './source.ts';
import { type Node, walk } from './walk.ts';

const FUNCTIONS = /^(Function|ArrowFunction)/;

/** Library files in which the module itself waits: `require()` of such a file fails. */
export function topLevelAwaits(files: SourceFile[]): string[] {
  return files
    .filter((file) => roomOf(file.path) !== 'cli')
    .filter(waits)
    .map((file) => `${file.path} has a top-level await`);
}

function waits(file: SourceFile): boolean {
  let found = false;
  walk(parse(file), (node) => {
    found ||= isAwait(node);
    return !FUNCTIONS.test(node.type);
  });
  return found;
}

function isAwait(node: Node): boolean {
  if (node.type === 'AwaitExpression') return true;
  if (node.type === 'ForOfStatement') return node['await'] === true;
  return node.type === 'VariableDeclaration' && node['kind'] === 'await using';
}
