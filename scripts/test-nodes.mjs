// `npm run test:nodes`: the tests under the oldest Node that is supported, and the newest.
// Each is installed once into .cache; `npm test` covers the Node of the lockfile.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lib/lock.mjs';
import { outsideEnv, pathWithoutProject, run } from './lib/npm.mjs';

const VERSIONS = ['22.18.0', '26.9.0'];

/** Long ones that ask the helper of check, which is the same under any Node: `npm test` runs them. */
const LEFT_OUT = [
  'another-day',
  'answers',
  'clock',
  'databases',
  'examples',
  'faults',
  'ignore',
  'mysql',
  'redis',
].map((name) => `--exclude=test/check/${name}.test.ts`);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, '.cache');

mkdirSync(cache, { recursive: true });
for (const version of VERSIONS) {
  const node = await withLock(join(cache, 'nodes.lock'), () => nodeOf(version));
  console.log(`Tests under ${run(node, ['--version']).trim()}:`);
  const path = [dirname(node), pathWithoutProject(root)].join(delimiter);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { status } = spawnSync(node, [vitest, 'run', ...LEFT_OUT], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path, RUNTWICE_KILL_EVERY: '8' },
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** The binary of that version; it is installed when it does not run already. */
function nodeOf(version) {
  const folder = join(cache, `node-${version}`);
  const { platform, arch } = process;
  const system = platform === 'win32' ? 'win' : platform;
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  const name = `${prefix}-${system}-${arch}`;
  const node = join(folder, 'node_modules', name, 'bin', system === 'win' ? 'node.exe' : 'node');
  if (!existsSync(node) || spawnSync(node, ['--version']).status !== 0) {
    console.log(`Installing Node ${version} into .cache …`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund'];
    run('npm', [...args, `${name}@${version}`], { cwd: folder, env: outsideEnv() });
  }
  return node;
}
