// Installs the dependencies that package-lock.json names, and does nothing when they are there.
// Plain JavaScript without imports from packages: it runs first, on any Node from 20 on.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, isInstalled } from './lib/install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  await setup();
} catch (error) {
  console.error(`Setup failed: ${error.message}`);
  process.exitCode = 1;
}

async function setup() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Error(`Node ${process.versions.node} is too old for it; 20 or newer is needed.`);
  }
  if (isInstalled(root)) {
    if (process.argv.includes('--quiet')) return;
    console.log('Setup: nothing to do (dependencies match package-lock.json).');
    return;
  }
  console.log('Setup: installing the dependencies that package-lock.json names (npm ci) …');
  await install(root, () => {
    if (existsSync(join(root, 'node_modules', 'node', 'bin'))) return;
    throw new Error('npm did not run the install script of the package `node` (allowScripts).');
  });
  console.log('Setup: done.');
}
