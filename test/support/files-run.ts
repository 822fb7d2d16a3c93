import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const PRELOAD = fileURLToPath(new URL('files-preload.mjs', import.meta.url));

/** How a spawned `runtwice export` ended. */
export interface Ran {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Sends a signal to the export itself, right before its nth call of that function of node:fs. */
export interface Interrupting {
  readonly call: string;
  readonly nth: number;
  readonly signal: NodeJS.Signals;
}

/** Runs the built command line. */
export function runExport(
  args: readonly (string | Buffer)[],
  { at, input }: { at?: Interrupting; input?: Uint8Array } = {},
): Ran {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there: build first`);
  const preload = at === undefined ? [] : ['--import', pathToFileURL(PRELOAD).href];
  const options: SpawnSyncOptionsWithStringEncoding = {
    encoding: 'utf8',
    timeout: 50_000,
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...(at && { RUNTWICE_TEST_AT: JSON.stringify(at) }) },
    ...(input && { input }),
  };
  const argv = [...preload, MAIN, 'export', ...args.map(String)];
  const { status, signal, stdout, stderr, error } = spawnSync(process.execPath, argv, options);
  if (error !== undefined) throw error;
  return { status, signal, stdout, stderr };
}
