// Builds the helper of `runtwice check`, which isolates, traces and kills: a static program of some 70 kB.
// With musl it runs on any Linux of that processor; musl-tools is Debian's package.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './npm.mjs';

const FLAGS = ['-static', '-Os', '-s', '-std=gnu11', '-Wall', '-Wextra', '-Werror'];

/** The kernel's headers, which musl does not bring: behind its own. */
const KERNEL = [
  '-idirafter',
  '/usr/include',
  '-idirafter',
  `/usr/include/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`,
];

/** Says why it was not built, where it was not: the rest of the package works without. */
export function buildNative(root, folder) {
  if (process.platform !== 'linux') return 'it is for Linux';
  if (!isThere('musl-gcc') && !installMusl()) return 'musl-gcc is missing (Debian: musl-tools)';
  const source = join(root, 'native');
  const files = readdirSync(source)
    .filter((name) => name.endsWith('.c'))
    .sort();
  mkdirSync(folder, { recursive: true });
  const output = join(folder, `runtwice-native-${process.arch}`);
  run('musl-gcc', [...KERNEL, ...FLAGS, '-o', output, ...files.map((name) => join(source, name))]);
  return undefined;
}

function isThere(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Only where that is nobody's own machine: on Debian, as root, in CI. */
function installMusl() {
  if (process.getuid?.() !== 0 || !process.env.CI || !isThere('apt-get')) return false;
  const apt = (...args) => spawnSync('apt-get', [...args, '-qq', '-y'], { stdio: 'ignore' });
  if (apt('install', 'musl-tools').status !== 0) {
    apt('update');
    apt('install', 'musl-tools');
  }
  return isThere('musl-gcc');
}
