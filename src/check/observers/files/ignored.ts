import { RuntwiceError } from '../../../core/errors.ts';
import { picomatch } from '../../../vendor/picomatch.ts';
import type { Manifest } from './manifest.ts';

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
    const left = new Map(manifest);
    for (const path of manifest.keys()) {
      const one = this.#all.find(({ isMatch }) => isMatch(path));
      if (one === undefined) continue;
      one.paths.add(path);
      left.delete(path);
    }
    return left;
  }

  /** One line each, also for one that no path was like. */
  get notes(): string[] {
    return this.#all.map(
      ({ glob, because, paths }) => `ignored: ${paths.size} like ${glob}, because ${because}`,
    );
  }
}

function withoutReason(glob: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `what is ignored needs a pattern and a reason: ${JSON.stringify(glob)} lacks one`,
    { fix: "Nothing was run. Say why it does not count: { glob: 'build/**', because: '…' }." },
  );
}
