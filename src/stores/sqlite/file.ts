import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { RuntwiceError } from '../../core/errors.ts';

/** What `statfs` says of file systems on which SQLite's locks cannot be trusted. */
const NETWORK: Readonly<Record<number, string>> = {
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  20859: 'SMB',
  16914839: '9p',
  1702057286: 'FUSE',
  2866260714: 'PanFS',
  1196443219: 'GPFS',
};

/**
 * Makes the file if it is absent, for its owner's eyes only: a ledger holds results. A folder that
 * has to be made is its owner's only, too.
 */
export function prepareFile(path: string): void {
  try {
    makeFolder(dirname(path));
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    throw cannotOpen(path, cause);
  }
  refuseNetwork(path);
}

/** Node's own recursive one never returns where a folder may not be made in, as in /proc (measured). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process was faster.
    if (!existsSync(path)) throw error;
  }
  syncFolder(dirname(path));
}

/** A new folder's name is to be on disk before what is in it counts. SQLite syncs the folder itself. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // Not every system and not every file system can.
  }
}

function refuseNetwork(path: string): void {
  const name = NETWORK[statfsSync(path).type >>> 0];
  if (name === undefined) return;
  throw new RuntwiceError(
    'ERR_RUNTWICE_STORE_UNAVAILABLE',
    `the ledger ${path} is on a network file system (${name}), where SQLite's locks cannot be trusted`,
    { fix: 'Put it on a local disk, or use a database server as the ledger.', data: { path } },
  );
}

export function cannotOpen(path: string, cause: unknown): RuntwiceError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new RuntwiceError(
    'ERR_RUNTWICE_STORE_UNAVAILABLE',
    `the ledger ${path} cannot be opened: ${why}`,
    { fix: 'Nothing was run. Check the path and its permissions.', data: { path }, cause },
  );
}
