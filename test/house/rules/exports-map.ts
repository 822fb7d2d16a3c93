import { roomOf } from './rooms.ts';
import type { SourceFile } from './source.ts';

export type ExportsMap = Readonly<Record<string, string | { types?: string; default?: string }>>;

/** Rooms that users reach only through another entry. */
const INNER = new Set(['core', 'vendor', 'clients', 'once', 'cli', 'ensure/converge']);
const PLAIN = new Set(['./check-report.schema.json', './report.schema.json', './package.json']);

/** Entries that are named by what they stand for, not by their folder. */
const NAMES: Readonly<Record<string, string>> = { 'adapters/http/client': 'fetch' };

/** Entries without a source, with a wrong name or form, and public rooms without an entry. */
export function exportsViolations(exports: ExportsMap, files: SourceFile[]): string[] {
  const sources = new Set(files.map((file) => file.path));
  const entries = Object.entries(exports).filter(([name]) => !PLAIN.has(name));
  const wrong = entries.flatMap(([name, entry]) => {
    const reason = wrongEntry(name, entry, sources);
    return reason === undefined ? [] : [`exports ${name}: ${reason}`];
  });
  const reached = new Set(entries.map(([, entry]) => roomOf(sourceOf(entry))));
  const missing = [...new Set(files.map((file) => roomOf(file.path)))]
    .filter((room) => !INNER.has(room) && !reached.has(room) && room !== 'stores/memory')
    .map((room) => `the room ${room} has no entry in exports`);
  return [...wrong, ...missing];
}

function wrongEntry(
  name: string,
  entry: ExportsMap[string],
  sources: ReadonlySet<string>,
): string | undefined {
  if (typeof entry === 'string' || Object.keys(entry).join() !== 'types,default') {
    return 'it must have types and default, in this order';
  }
  const source = sourceOf(entry);
  if (!sources.has(source)) return `there is no ${source}`;
  if (entry.types !== entry.default?.replace(/\.js$/, '.d.ts')) return 'types and default differ';
  if (name.includes('*')) return 'a wildcard publishes helpers too';
  const own = source.replace(/^src\//, '').replace(/(\/?index)?\.ts$/, '');
  const last = NAMES[own] ?? own.split('/').at(-1);
  return `./${last}` === name || (last === '' && name === '.') ? undefined : `not named as ${own}`;
}

/** `./dist/ensure/files/index.js` → `src/ensure/files/index.ts` */
function sourceOf(entry: ExportsMap[string]): string {
  const built = typeof entry === 'string' ? entry : (entry.default ?? '');
  return built.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts');
}
