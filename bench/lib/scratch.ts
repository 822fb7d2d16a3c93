// A temporary folder that goes away however the bench ends (short of SIGKILL).
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must, stopRunning } from './child.ts';
import { Stop } from './stop.ts';

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Makes it, below `parent` (default: where temporary files go). */
export function scratch(parent: string = tmpdir()): string {
  const path = make(parent);
  for (const [signal, exit] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      console.error(`\nbench: ${signal}; removing the files it made …`);
      process.exit(exit);
    });
  }
  process.once('exit', () => {
    stopRunning();
    rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });
  return path;
}

export async function remove(path: string): Promise<void> {
  await must(['rm', '-rf', '--', path]);
}

/** Lets the disk come to rest, so that no run pays for the writes of the one before. */
export async function settle(): Promise<void> {
  await must(['sync']);
}

export function needSpace(folder: string, bytes: number, files: number, what: string): void {
  const { bavail, bsize, ffree } = statfsSync(folder);
  const free = bavail * bsize;
  if (free < bytes) {
    throw new Stop(`${what} needs ${gigabytes(bytes)} of free space; ${gigabytes(free)} are left`);
  }
  // Some file systems have no fixed number of files and say 0.
  if (ffree > 0 && ffree < files) {
    throw new Stop(`${what} needs ${files} free inodes; ${ffree} are left`);
  }
}

function make(parent: string): string {
  try {
    return mkdtempSync(join(parent, 'runtwice-bench-'));
  } catch (error) {
    throw new Stop(`cannot make a temporary folder: ${(error as Error).message}`);
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
