// Brings a folder's node_modules in line with its package-lock.json, only when it is not already.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { outsideEnv, pathWithoutProject } from './npm.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const UNREACHABLE = /EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|ERR_SOCKET/;

export function isInstalled(folder) {
  const stamp = stampOf(folder);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash(folder);
}

/** Runs `npm ci` in the folder, then `verify`; throws an error that says what to do. */
export async function install(folder, verify = () => {}) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const lock = join(root, '.cache', `install-${basename(folder)}.lock`);
  await withLock(lock, async (shareWith) => {
    // Another process may have finished the same work while this one waited.
    if (isInstalled(folder)) return;
    const hash = lockHash(folder);
    rmSync(stampOf(folder), { force: true });
    const { ending, words } = await npmCi(folder, shareWith);
    if (ending !== 0) throw new Error(explain(ending, words));
    verify();
    writeFileSync(stampOf(folder), hash);
  });
}

// Written last, and inside the folder that `npm ci` removes first: an install that was
// interrupted leaves no stamp, and the next run starts over.
function stampOf(folder) {
  return join(folder, 'node_modules', '.runtwice-setup');
}

function lockHash(folder) {
  const text = readFileSync(join(folder, 'package-lock.json'));
  return createHash('sha256').update(text).digest('hex');
}

/** Runs with the outer Node: the one in node_modules is removed while `npm ci` works. */
function npmCi(folder, shareWith) {
  const args = ['ci', '--prefer-offline', '--loglevel=error', '--fetch-retry-maxtimeout=10000'];
  return new Promise((resolve) => {
    const child = spawn('npm', args, {
      cwd: folder,
      env: outsideEnv({ PATH: pathWithoutProject(root) }),
      stdio: ['ignore', 'inherit', 'pipe'],
      shell: process.platform === 'win32',
    });
    if (child.pid !== undefined) shareWith(child.pid);
    let words = '';
    child.stderr.on('data', (chunk) => {
      words += chunk;
      process.stderr.write(chunk);
    });
    child.on('error', (error) => resolve({ ending: error.message, words }));
    child.on('close', (code, signal) => resolve({ ending: code ?? signal, words }));
  });
}

function explain(ending, words) {
  return UNREACHABLE.test(words)
    ? 'the npm registry cannot be reached. Connect (or set up a registry), then run this again.'
    : `npm ci ended with ${ending}; its words are above. Running this again is safe.`;
}
