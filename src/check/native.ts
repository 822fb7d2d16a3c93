// The helper that isolates, traces and kills. It is written in C (native/) and comes with the package.
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Its path, ready to run; undefined where there is none for this machine. */
export function nativeHelper(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const shipped = fileURLToPath(
    new URL(`../native/runtwice-native-${process.arch}`, import.meta.url),
  );
  return existsSync(shipped) ? runnable(shipped) : undefined;
}

/** A copy that may be run: a package's own files may be in an archive, or not executable. */
function runnable(shipped: string): string | undefined {
  try {
    return cached(shipped);
  } catch {
    // A home that cannot be written to.
    return isExecutable(shipped) ? shipped : undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function cached(shipped: string): string {
  const bytes = readFileSync(shipped);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'runtwice');
  const path = join(folder, `native-${hash}`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  // Under a name of its own first: another process may be about to run it.
  const made = `${path}.${process.pid}`;
  try {
    writeFileSync(made, bytes);
    chmodSync(made, 0o755);
    renameSync(made, path);
  } finally {
    rmSync(made, { force: true });
  }
  return path;
}
