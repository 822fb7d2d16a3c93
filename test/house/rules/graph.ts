import { resolve } from './import-table.ts';
import { importsOf } from './imports.ts';
import { roomOf } from './rooms.ts';
import type { SourceFile } from './source.ts';

/** Rooms that import each other in a circle (types count too), each circle once: `a → b → a`. */
export function roomCycles(files: SourceFile[]): string[] {
  const edges = new Map<string, Set<string>>();
  for (const file of files) {
    const room = roomOf(file.path);
    const targets = edges.get(room) ?? new Set<string>();
    edges.set(room, targets);
    for (const { target } of importsOf(file)) {
      if (target?.startsWith('.')) targets.add(roomOf(resolve(file.path, target)));
    }
    targets.delete(room);
  }
  const cycles = [...edges.keys()].flatMap((room) => cyclesFrom(room, [room], edges));
  return [...new Set(cycles)];
}

/** The circles through `start` in which `start` comes first by name, so that each is found once. */
function cyclesFrom(start: string, path: string[], edges: Map<string, Set<string>>): string[] {
  const last = path.at(-1) ?? start;
  return [...(edges.get(last) ?? [])].flatMap((next) => {
    if (next === start) return [[...path, start].join(' → ')];
    if (next < start || path.includes(next)) return [];
    return cyclesFrom(start, [...path, next], edges);
  });
}

/** All that a bundler follows from a file: every import that is not erased, to the end. */
export function reaches(files: SourceFile[], entry: string): Set<string> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = byPath.get(path);
    if (reached.has(path) || file === undefined) continue;
    reached.add(path);
    for (const { kind, target } of importsOf(file)) {
      if (kind === 'type' || target === undefined) continue;
      if (target.startsWith('.')) open.push(resolve(path, target));
      else reached.add(target);
    }
  }
  return reached;
}
