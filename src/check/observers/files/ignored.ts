import { RuntwiceError } from '../../../core/errors.ts';
import { picomatch } from '../../../vendor/picomatch.ts';
import type { Entry, Manifest } from './manifest.ts';

/** Paths that do not count, and why not. */
export interface Ignored {
  /** As reports name paths: `build/**`, `/tmp/x`, `~/.config/**`, `shop:public.sessions`. */
  readonly glob: string;
  /** It is in each report. */
  readonly because: string;
}

/** Leaves paths out of what is read, and counts them. */
export class IgnoredPaths {
  readonly #all: readonly (Ignored & { isMatch(path: string): boolean; paths: Set<string> })[];

  /** @throws ERR_RUNTWICE_INVALID_ARGUMENT where one has no reason. */
  constructor(ignored: readonly Ignored[]) {
    this.#all = ignored.map(({ glob, because }) => {
      if (!glob || !because?.trim()) throw withoutReason(glob);
      return {
        glob,
        because,
        isMatch: picomatch(glob, { dot: true, nonegate: true }),
        paths: new Set(),
      };
    });
  }

  without(manifest: Manifest): Manifest {
    if (this.#all.length === 0) return manifest;
    for (const path of manifest.keys()) this.#like(path)?.paths.add(path);
    return new Left(manifest, (path) => this.#like(path) === undefined);
  }

  #like(path: string) {
    return this.#all.find(({ isMatch }) => isMatch(path));
  }

  /** One line each, also for one that no path was like. */
  get notes(): string[] {
    return this.#all.map(
      ({ glob, because, paths }) => `ignored: ${paths.size} like ${glob}, because ${because}`,
    );
  }
}

/** A manifest without some of its paths, also of those that it comes to have. */
class Left implements Manifest {
  readonly #all: Manifest;
  readonly #isLeft: (path: string) => boolean;

  constructor(all: Manifest, isLeft: (path: string) => boolean) {
    this.#all = all;
    this.#isLeft = isLeft;
  }

  get(path: string): Entry | undefined {
    return this.#isLeft(path) ? this.#all.get(path) : undefined;
  }

  has(path: string): boolean {
    return this.#isLeft(path) && this.#all.has(path);
  }

  keys(): MapIterator<string> {
    return this.#map().keys();
  }

  [Symbol.iterator](): MapIterator<[string, Entry]> {
    return this.#map()[Symbol.iterator]();
  }

  #map(): Map<string, Entry> {
    return new Map([...this.#all].filter(([path]) => this.#isLeft(path)));
  }
}

function withoutReason(glob: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `what is ignored needs a pattern and a reason: ${JSON.stringify(glob)} lacks one`,
    { fix: "Nothing was run. Say why it does not count: { glob: 'build/**', because: '…' }." },
  );
}
