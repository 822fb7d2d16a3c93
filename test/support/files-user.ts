import { chownSync } from 'node:fs';

/** The user that owns nothing, on every Linux. */
const NOBODY = 65_534;

/** True where permissions would not stop us: they stop everybody but root. */
export const IS_ROOT: boolean = process.getuid?.() === 0;

/** Gives files to the user that {@link asUser} works as. */
export function give(...paths: string[]): void {
  if (IS_ROOT) for (const path of paths) chownSync(path, NOBODY, NOBODY);
}

/** Does the work as an ordinary user: root becomes nobody for that long, others stay who they are. */
export async function asUser<T>(work: () => Promise<T>): Promise<T> {
  if (!IS_ROOT) return work();
  const groups = process.getgroups?.() ?? [];
  process.setgroups?.([NOBODY]);
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.(groups);
  }
}
