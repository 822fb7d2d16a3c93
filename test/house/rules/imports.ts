import { parseSync } from 'vite';
import type { SourceFile } from './source.ts';
import { isNode, type Node, walk } from './walk.ts';

/** `value` and `dynamic` remain in the built file; `type` is erased. */
export type ImportKind = 'value' | 'type' | 'dynamic';

export interface Import {
  kind: ImportKind;
  /** What is imported; undefined when it is computed when the program runs. */
  target: string | undefined;
}

/** The syntax tree of a file; a file that cannot be read stops the check: nothing is skipped. */
export function parse(file: SourceFile): Node {
  const { program, errors } = parseSync(file.path, file.text, { sourceType: 'module' });
  if (errors.length > 0) throw new Error(`${file.path}: ${errors[0]?.message}`);
  return program as unknown as Node;
}

/** Every import, re-export, `import()`, `import('…').Type` and `require` of a file. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  walk(parse(file), (node) => {
    const seen = importIn(node);
    if (seen !== undefined) found.push(seen);
    return true;
  });
  return found;
}

function importIn(node: Node): Import | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return { kind: node['importKind'] === 'type' ? 'type' : 'value', target: text(node) };
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      if (!isNode(node['source'])) return undefined;
      return { kind: node['exportKind'] === 'type' ? 'type' : 'value', target: text(node) };
    case 'ImportExpression':
      return { kind: 'dynamic', target: text(node) };
    case 'TSImportType':
      return { kind: 'type', target: text(node) };
    case 'TSExternalModuleReference':
      return { kind: 'value', target: text(node, 'expression') };
    case 'CallExpression':
      return requireIn(node);
    default:
      return undefined;
  }
}

/** `require('x')` and `process.getBuiltinModule('x')`: doors around the import statement. */
function requireIn(call: Node): Import | undefined {
  const callee = call['callee'];
  if (!isNode(callee)) return undefined;
  const property = isNode(callee['property']) ? callee['property']['name'] : undefined;
  if (callee['name'] !== 'require' && property !== 'getBuiltinModule') return undefined;
  const [first] = call['arguments'] as unknown[];
  return { kind: 'dynamic', target: isNode(first) ? literal(first) : undefined };
}

function text(node: Node, key = 'source'): string | undefined {
  const source = node[key];
  return isNode(source) ? literal(source) : undefined;
}

function literal(node: Node): string | undefined {
  if (node.type === 'TSLiteralType' && isNode(node['literal'])) return literal(node['literal']);
  if (node.type === 'TemplateLiteral') return templateText(node);
  return typeof node['value'] === 'string' ? node['value'] : undefined;
}

/** A template without `${}` is as good as a string. */
function templateText(node: Node): string | undefined {
  const [only, ...more] = node['quasis'] as { value: { cooked: string } }[];
  return more.length === 0 ? only?.value.cooked : undefined;
}
