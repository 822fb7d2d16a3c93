import { isUtf8 } from 'node:buffer';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * What is in a folder and below, by path: the content of files, where links point. Empty where the folder is
 * not there. Times and permissions are not compared.
 *
 * Run twice: it only reads, so the second call gives the same.
 */
export async function filesIn(folder: string): Promise<ReadonlyMap<string, unknown>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(absent);
  const files = new Map<string, unknown>();
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (entry.isDirectory()) files.set(name, 'a folder');
    else if (entry.isSymbolicLink()) files.set(name, { link: await readlink(path) });
    else if (entry.isFile()) files.set(name, contentOf(await readFile(path)));
    else files.set(name, 'neither a file nor a folder');
  }
  return files;
}

/** Short texts are told as they are. */
function contentOf(bytes: Buffer): unknown {
  return { content: bytes.length <= 200 && isUtf8(bytes) ? bytes.toString('utf8') : bytes };
}

function absent(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
