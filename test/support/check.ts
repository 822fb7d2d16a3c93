// `runtwice check` on real commands.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import type { CheckReport, Scenario } from '../../src/check/index.ts';
import { cli, folder, MAIN } from './cli.ts';
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

/** Checks a command in a new folder with these files. */
export async function check(
  command: readonly string[],
  files: Record<string, string | Uint8Array> = {},
  flags: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<CheckReport & { exit: number | null }> {
  const cwd = folder(files);
  const { code, stdout, stderr } = await cli(
    ['check', '--json', '--visible', ROOT, ...flags, '--', ...command],
    {
      cwd,
      env,
    },
  );
  if (stdout === '') throw new Error(stderr);
  return { ...(JSON.parse(stdout) as CheckReport), exit: code };
}

/** What each scenario answered. */
export function answersOf({ scenarios }: CheckReport): Partial<Record<Scenario, string>> {
  return Object.fromEntries(scenarios.map(({ scenario, answer }) => [scenario, answer]));
}
