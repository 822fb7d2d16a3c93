import { opendirSync } from 'node:fs';

export interface Listing {
  /** All names, sorted. */
  readonly names: string[];
  readonly folders: Set<string>;
}

/** The fastest way found to list a folder; names are ASCII here. */
export function list(folder: string): Listing {
  const names: string[] = [];
  const folders = new Set<string>();
  const open = opendirSync(folder, { bufferSize: 1024, encoding: 'latin1' });
  for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
    names.push(entry.name);
    if (entry.isDirectory()) folders.add(entry.name);
  }
  open.closeSync();
  return { names: names.sort(), folders };
}
