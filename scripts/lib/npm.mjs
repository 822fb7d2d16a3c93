// What the scripts need to start npm and other programs.
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** PATH without this project's own node_modules/.bin: the Node and npm of the machine. */
export function pathWithoutProject(root) {
  const own = join(root, 'node_modules');
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(own))
    .join(delimiter);
}

/** The environment without what an outer `npm run` says about its own project. */
export function outsideEnv(extra = {}) {
  const own = /^npm_(package_|lifecycle_|command$|config_(local_)?prefix$)/i;
  const kept = Object.entries(process.env).filter(([name]) => !own.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

/** Runs a program to its end and returns its stdout; throws with all it printed when it fails. */
export function run(command, args, options = {}) {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32' && command === 'npm',
    ...options,
  });
  if (error) throw error;
  if (status === 0) return stdout ?? '';
  const words = [command, ...args].join(' ');
  throw new Error(`${words}\nended with ${status ?? signal}\n${stdout ?? ''}${stderr ?? ''}`);
}
