// Builds the helper of `runtwice check`, which isolates, traces and kills: a static program of some 100 kB.
// With musl it runs on any Linux of its processor; musl-tools is Debian's package.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './npm.mjs';

const FLAGS = ['-static', '-Os', '-s', '-std=gnu11', '-Wall', '-Wextra', '-Werror'];

/** Processors by Node's names, and by those of compilers. */
const CPUS = { x64: 'x86_64', arm64: 'aarch64' };

/** Says why it was not built for this machine, where it was not: the rest of the package works without. */
export function buildNative(root, folder) {
  if (process.platform !== 'linux') return 'it is for Linux';
  const source = join(root, 'native');
  const files = readdirSync(source)
    .filter((name) => name.endsWith('.c'))
    .sort()
    .map((name) => join(source, name));
  mkdirSync(folder, { recursive: true });
  const outputFor = (arch) => ['-o', join(folder, `runtwice-native-${arch}`)];
  for (const arch of Object.keys(CPUS)) {
    if (arch !== process.arch && canCross(arch)) cross(arch, [...outputFor(arch), ...files]);
  }
  if (!isThere('musl-gcc') && !installMusl()) return 'musl-gcc is missing (Debian: musl-tools)';
  const headers = `/usr/include/${CPUS[process.arch]}-linux-gnu`;
  const kernel = ['-idirafter', '/usr/include', '-idirafter', headers];
  run('musl-gcc', [...kernel, ...FLAGS, ...outputFor(process.arch), ...files]);
  return undefined;
}

const compilerFor = (arch) => `${CPUS[arch]}-linux-gnu-gcc`;
const muslFor = (arch) => `/usr/lib/${CPUS[arch]}-linux-musl`;

/** Debian: gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and musl-dev:arm64. */
function canCross(arch) {
  return isThere(compilerFor(arch)) && existsSync(join(muslFor(arch), 'libc.a'));
}

/** As musl-gcc does it, which is for the machine's own processor only. */
function cross(arch, args) {
  const [compiler, musl] = [compilerFor(arch), muslFor(arch)];
  const found = spawnSync(compiler, ['-print-libgcc-file-name'], { encoding: 'utf8' });
  const include = ['-nostdinc', '-isystem', `/usr/include/${CPUS[arch]}-linux-musl`];
  const own = ['-isystem', join(dirname(found.stdout.trim()), 'include')];
  const kernel = ['-idirafter', `/usr/${CPUS[arch]}-linux-gnu/include`];
  const start = ['-nostdlib', join(musl, 'crt1.o'), join(musl, 'crti.o')];
  const end = [`-L${musl}`, '-lc', '-lgcc', join(musl, 'crtn.o')];
  run(compiler, [...FLAGS, ...include, ...own, ...kernel, ...start, ...args, ...end]);
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
