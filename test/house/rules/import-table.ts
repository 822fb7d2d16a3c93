import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { type Import, importsOf } from './imports.ts';
import { mayImport, type Row, roomOf, rowOf } from './rooms.ts';
import type { SourceFile } from './source.ts';

/** Every import that the table does not allow, as one line each. */
export function importViolations(files: SourceFile[]): string[] {
  const known = new Set(files.map((file) => file.path));
  return files.flatMap((file) => {
    const room = roomOf(file.path);
    const row = rowOf(room);
    if (row === undefined) return [`${file.path}: the room ${room} is not in the table`];
    return importsOf(file).flatMap((one) => {
      const reason = refusal(file, room, row, one, known);
      return reason === undefined ? [] : [`${file.path} imports ${one.target ?? '…'}: ${reason}`];
    });
  });
}

function refusal(
  file: SourceFile,
  room: string,
  row: Row,
  { kind, target }: Import,
  known: ReadonlySet<string>,
): string | undefined {
  if (target === undefined) return row.computed ? undefined : 'a computed name cannot be checked';
  if (target.startsWith('node:')) return builtinRefusal(room, row, target);
  if (isBuiltin(target)) return `write node:${target}`;
  if (!target.startsWith('.')) {
    const isPeer = kind === 'dynamic' && row.peers?.includes(target);
    return room === 'vendor' || isPeer ? undefined : 'only src/vendor imports from node_modules';
  }
  const path = resolve(file.path, target);
  if (!path.startsWith('src/')) return 'it is outside src';
  if (path.endsWith('.ts') && !known.has(path)) return 'there is no such file';
  if (!mayImport(room, row, path)) return `${room} may not import ${roomOf(path)}`;
  if (row.lazily && kind === 'value' && ![room, 'core'].includes(roomOf(path))) {
    return `${room} imports lazily only`;
  }
  return undefined;
}

function builtinRefusal(room: string, row: Row, target: string): string | undefined {
  return row.node === '*' || row.node.includes(target) ? undefined : `not allowed in ${room}`;
}

/** The path, from the root, of what a file imports by a relative name. */
export function resolve(from: string, target: string): string {
  return posix.normalize(posix.join(posix.dirname(from), target));
}
