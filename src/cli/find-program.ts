import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a shell could run it: what is missing gives 127, what may not be run 126, as env(1) has it. */
export function findProgram(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): 'found' | 'missing' | 'forbidden' {
  const folders = name.includes('/') ? [''] : (env['PATH'] ?? '').split(delimiter);
  const found = folders.map((folder) => look(folder === '' ? name : join(folder, name)));
  if (found.includes('found')) return 'found';
  return found.includes('forbidden') ? 'forbidden' : 'missing';
}

function look(path: string): 'found' | 'missing' | 'forbidden' {
  try {
    if (!statSync(path).isFile()) return 'forbidden';
  } catch {
    return 'missing';
  }
  try {
    accessSync(path, constants.X_OK);
    return 'found';
  } catch {
    return 'forbidden';
  }
}
