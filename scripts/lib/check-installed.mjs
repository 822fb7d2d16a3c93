// The package as a user has it: installed from the tarball into an empty folder.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outsideEnv, run } from './npm.mjs';

/** Installs the tarball without any registry: the package must need nothing else. */
export function installTarball(work, tarball) {
  const user = join(work, 'user');
  mkdirSync(user);
  writeFileSync(join(user, 'package.json'), '{ "private": true, "type": "module" }\n');
  const args = ['install', '--offline', '--no-audit', '--no-fund', tarball];
  run('npm', args, { cwd: user, env: outsideEnv() });
  const installed = readdirSync(join(user, 'node_modules')).filter((name) => name[0] !== '.');
  if (installed.join() !== 'runtwice') throw new Error(`it also installed ${installed}`);
  return user;
}

/** Runs the library and the command; the command exports the same folder twice. */
export function checkInstalled(root, user) {
  copyFileSync(join(root, 'test', 'package', 'use-library.js'), join(user, 'use-library.js'));
  run(process.execPath, ['use-library.js'], { cwd: user });
  console.log('Installed: the library works.');

  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expectWords(command(user, '--version'), version);
  mkdirSync(join(user, 'library'));
  writeFileSync(join(user, 'library', 'one.txt'), 'one');
  expectWords(command(user, 'export', 'library', 'backup'), 'Exported 1');
  expectWords(command(user, 'export', 'library', 'backup'), 'Nothing to do');
  console.log(`Installed: the command works (${version}; a second export has nothing to do).`);
}

function command(user, ...args) {
  return run('npm', ['exec', '--no', '--', 'runtwice', ...args], { cwd: user, env: outsideEnv() });
}

function expectWords(said, words) {
  if (!said.includes(words)) throw new Error(`expected "${words}" in the output, found:\n${said}`);
}
