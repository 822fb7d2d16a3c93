import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file as the rules see it: its path from the root of the tree, with slashes, and its text. */
export interface SourceFile {
  path: string;
  text: string;
}

/** Every file below a folder whose name ends so; paths are from that folder's parent. */
export function readFolder(folder: string, end: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => join(folder, name))
    .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }));
}

/** Every text file that is, or would be, committed. */
export function readTree(): SourceFile[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const names = execFileSync('git', args, { encoding: 'utf8' }).split('\0').filter(Boolean);
  return [...new Set(names)].flatMap((path) => {
    const bytes = readIfThere(path);
    return bytes === undefined || bytes.includes(0) ? [] : [{ path, text: bytes.toString('utf8') }];
  });
}

/** A file that is deleted but not yet committed as such is still listed. */
function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
