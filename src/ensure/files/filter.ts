import { type Bytes, display } from './names.ts';

/** Which files to export, by globs. */
export interface FilterOptions {
  /** Only files that match one of these. Default: all. */
  include?: readonly string[];
  /** No file that matches one of these, nor anything in a folder that does. Default: none. */
  exclude?: readonly string[];
}

/** Decides by the path from its source folder on. */
export interface Filter {
  file(path: Bytes): boolean;
  folder(path: Bytes): boolean;
  /** True when every file and folder is taken. */
  readonly all: boolean;
}

type Picomatch = typeof import('../../vendor/picomatch.ts').picomatch;
type Matcher = (path: string) => boolean;

/** A glob with a slash is matched against the path, one without against the name in any folder. */
export async function createFilter({ include = [], exclude = [] }: FilterOptions): Promise<Filter> {
  if (include.length + exclude.length === 0) {
    return { all: true, file: () => true, folder: () => true };
  }
  const { picomatch } = await import('../../vendor/picomatch.ts');
  const included = matcher(include, picomatch);
  const excluded = matcher(exclude, picomatch);
  return {
    all: false,
    file(path) {
      const text = display(path);
      return (included?.(text) ?? true) && !(excluded?.(text) ?? false);
    },
    folder: (path) => !(excluded?.(display(path)) ?? false),
  };
}

function matcher(globs: readonly string[], picomatch: Picomatch): Matcher | undefined {
  if (globs.length === 0) return undefined;
  const matchers = globs.map((glob) => {
    const pattern = glob.replace(/^\.\//u, '').replace(/(?<=.)\/$/u, '');
    return picomatch(pattern, { dot: true, nonegate: true, basename: !pattern.includes('/') });
  });
  return (path) => matchers.some((matches) => matches(path));
}
