import { resolve } from './import-table.ts';
import { importsOf } from './imports.ts';
import type { SourceFile } from './source.ts';

/** Public .d.ts files that name a bundled package, a file of vendor, or one that is not published. */
export function leakedTypes(files: SourceFile[]): string[] {
  const known = new Set(files.map((file) => file.path));
  return files.flatMap((file) =>
    importsOf(file).flatMap(({ target = '…' }) => {
      if (target.startsWith('node:')) return [];
      const path = resolve(file.path, target).replace(/\.[jt]s$/, '.d.ts');
      const published = target.startsWith('.') && known.has(path);
      return published ? [] : [`${file.path} needs the types of ${target}`];
    }),
  );
}
