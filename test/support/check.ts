// `runtwice check` on real commands.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CheckReport, Scenario } from '../../src/check/index.ts';
import { folder, MAIN, startCli } from './cli.ts';
import { requireOrSay } from './require.ts';

/** Where the command line is, and Node: it may be in a place that is hidden. */
const ROOT = dirname(dirname(dirname(MAIN)));

/** Whether commands can be kept apart here; where they cannot, says that this part is not run. */
export function canCheck(part: string): boolean {
  const made = spawnSync('unshare', ['--user', '--map-root-user', '--net', 'true']).status === 0;
  return requireOrSay(made, 'namespaces (unshare)', part);
}

export function isInstalled(program: string): boolean {
  return spawnSync('which', [program]).status === 0;
}

/** Processes of the checks that this file's tests made. */
const checks: number[] = [];

/** Of these names, those of clones that such checks made: other tests check on the same servers. */
export function ownClones(names: readonly unknown[]): string[] {
  const all = names.map((name) => String(name).replaceAll('\\', ''));
  return all.filter(
    (name) => name.startsWith('runtwice_check_') && checks.some((pid) => name.includes(`_${pid}_`)),
  );
}

/** Checks a command in a new folder with these files. */
export async function check(
  command: readonly string[],
  files: Record<string, string | Uint8Array> = {},
  flags: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<CheckReport & { exit: number | null }> {
  const cwd = folder(files);
  const { child, ended } = startCli(
    ['check', '--json', '--visible', ROOT, ...flags, '--', ...command],
    { cwd, env },
  );
  if (child.pid !== undefined) checks.push(child.pid);
  const { code, stdout, stderr } = await ended;
  if (stdout === '') throw new Error(stderr);
  return { ...(JSON.parse(stdout) as CheckReport), exit: code };
}

/** What each scenario answered. */
export function answersOf({ scenarios }: CheckReport): Partial<Record<Scenario, string>> {
  return Object.fromEntries(scenarios.map(({ scenario, answer }) => [scenario, answer]));
}

/** All that its findings name, in order. */
export function findingsOf({ scenarios }: CheckReport): string[] {
  return scenarios.flatMap(({ findings }) => findings.flatMap(({ paths }) => paths));
}

/** Where a script in another folder imports a package of ours from. */
export function moduleUrl(name: string): string {
  return import.meta.resolve(name);
}

/** `runtwice/check` with its helper, which is built. */
export function builtLibrary(): Promise<typeof import('../../src/check/index.ts')> {
  return import(pathToFileURL(`${ROOT}/dist/check/index.js`).href);
}
