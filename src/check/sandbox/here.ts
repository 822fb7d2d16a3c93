// Where a command runs that is not kept apart: in its copy, which is always at the same path then, so that
// what has its path in it is the same in all runs.
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { literal } from '../scenarios/address.ts';
import { CannotCheck } from './cannot-check.ts';
import type { HostRelays } from './host-relays.ts';
import { HOME } from './isolated.ts';

export interface HereOptions {
  readonly command: readonly string[];
  /** Of which it has a copy. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** The path at which each copy is while it is run in. */
  readonly at: string;
  readonly relays: HostRelays;
}

/** Does something while the copy is at its place. */
export async function within<Value>(
  scratch: string,
  at: string,
  act: () => Promise<Value>,
): Promise<Value> {
  renameSync(scratch, at);
  try {
    return await act();
  } finally {
    putBack(at, scratch);
  }
}

function putBack(at: string, scratch: string): void {
  try {
    renameSync(at, scratch);
  } catch (cause) {
    throw new CannotCheck('the command moved or removed the folder that its copy was in', {
      cause,
    });
  }
}

const ELSEWHERE = /^(?:XDG_\w+_(?:HOME|DIR)|OLDPWD|INIT_CWD)$/u;

/** Variables that lead into the copy; those that name other places are left out. */
export function hereEnv(env: Readonly<Record<string, string>>, at: string): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !ELSEWHERE.test(name));
  const [home, work, tmp] = [join(at, 'home'), join(at, 'work'), join(at, 'tmp')];
  return { ...Object.fromEntries(kept), HOME: home, PWD: work, TMPDIR: tmp, TMP: tmp, TEMP: tmp };
}

type Names = readonly (readonly [from: string, to: string])[];

/** The parts of a copy, and what they are called in reports: as if it were kept apart. */
function partsOf({ at, folder }: Pick<HereOptions, 'at' | 'folder'>): Names {
  return [
    [join(at, 'work'), folder],
    [join(at, 'home'), HOME],
    [join(at, 'tmp'), '/tmp'],
  ];
}

/** What reports call a path; undefined where it is not in the copy. */
export function nameOf(how: HereOptions, path: string): string | undefined {
  return renamed(path, partsOf(how));
}

/** The pattern of a path as reports call it, for the path itself. */
export function patternOf(how: HereOptions, pattern: string): string {
  const back = partsOf(how).map(([here, name]) => [literal(name), literal(here)] as const);
  return renamed(pattern, back) ?? pattern;
}

function renamed(path: string, names: Names): string | undefined {
  const found = names.find(([from]) => path === from || path.startsWith(`${from}/`));
  return found && found[1] + path.slice(found[0].length);
}
