import type { StoredResult } from './store/types.ts';

/** What an attempt keeps in its record beside the result. */
export interface Progress {
  /** Raised when the remote side has to see new keys. */
  generation: number;
  /** Further processes that do the attempt's work: `pid:start`. */
  processes: string[];
  /** Steps by name: `started` before one that must not be repeated, then its result. */
  steps: Map<string, 'started' | StoredResult>;
}

/** A record has room for so many steps, and for so long a text of them all. */
export const MAX_STEPS = 100;
export const MAX_PROGRESS_SIZE = 262_144;

type Written = { g?: number; p?: string[]; s?: [string, ...([] | [string, string])][] };

export function parseProgress(text: string): Progress {
  if (text === '') return { generation: 0, processes: [], steps: new Map() };
  const { g = 0, p = [], s = [] } = JSON.parse(text) as Written;
  const steps = s.map(([name, codec, value]): [string, 'started' | StoredResult] => [
    name,
    codec === undefined || value === undefined ? 'started' : { codec, text: value },
  ]);
  return { generation: g, processes: p, steps: new Map(steps) };
}

/** Empty where there is nothing to keep. */
export function progressText({ generation, processes, steps }: Progress): string {
  if (generation === 0 && processes.length === 0 && steps.size === 0) return '';
  const written: Written = {
    ...(generation > 0 && { g: generation }),
    ...(processes.length > 0 && { p: processes }),
    ...(steps.size > 0 && {
      s: [...steps].map(([name, result]) =>
        result === 'started' ? [name] : [name, result.codec, result.text],
      ),
    }),
  };
  return JSON.stringify(written);
}
