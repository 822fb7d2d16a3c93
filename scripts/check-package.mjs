// `npm run check:package`: packs the package and looks at it as its users will.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkCost } from './lib/check-cost.mjs';
import { checkInstalled, installTarball } from './lib/check-installed.mjs';
import { checkSize } from './lib/check-size.mjs';
import { checkTypes } from './lib/check-types.mjs';
import { install } from './lib/install.mjs';
import { outsideEnv, run } from './lib/npm.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, 'tools', 'package');
const tool = (name) => join(tools, 'node_modules', '.bin', name);
const work = mkdtempSync(join(tmpdir(), 'runtwice-package-'));

try {
  await check();
  console.log('Package: all checks passed.');
} catch (error) {
  console.error(`Package check failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function check() {
  await install(tools);
  run(process.execPath, ['scripts/build.mjs', '--quiet'], { cwd: root, stdio: 'inherit' });
  const { filename, files } = pack();
  const tarball = join(work, filename);
  console.log(`Package: ${filename}, ${files.length} files.`);

  run(tool('publint'), ['run', tarball, '--strict'], { cwd: root });
  console.log('Package: publint has nothing to say.');
  const schemas = ['report.schema.json', 'check-report.schema.json'];
  const attw = [tarball, '--profile', 'esm-only', '--exclude-entrypoints', ...schemas];
  run(tool('attw'), attw, { cwd: root });
  console.log('Package: are the types wrong? No.');

  checkSize(files);
  const user = installTarball(work, tarball);
  checkTypes(root, tools, user);
  checkInstalled(root, user);
  checkCost(root);
}

function pack() {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', work];
  const said = JSON.parse(run('npm', args, { cwd: root, env: outsideEnv() }));
  // One package: a list of one, or since npm 12 an object with its name.
  return Object.values(said)[0];
}
