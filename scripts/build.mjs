// Builds dist/: tsc compiles every file to itself; esbuild bundles dist/vendor/*.js, and the command line.
// `--quiet` says nothing unless it builds; `--force` builds even when nothing changed.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceHash, swap, textHash } from './lib/build-state.mjs';
import { bundleCli } from './lib/cli.mjs';
import { withLock } from './lib/lock.mjs';
import { buildNative } from './lib/native.mjs';
import { noticesOf } from './lib/notices.mjs';
import { run } from './lib/npm.mjs';
import { bundleVendor, removeDeclarations } from './lib/vendor.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const next = join(root, 'dist.next');
const notices = join(root, 'THIRD-PARTY-NOTICES');
const stamp = '.build-hash';
const SCHEMAS = { core: 'report.schema.json', check: 'check-report.schema.json' };
const quiet = process.argv.includes('--quiet');

mkdirSync(join(root, '.cache'), { recursive: true });
await withLock(join(root, '.cache', 'build.lock'), build).catch((error) => {
  console.error(`Build failed: ${error.message}`);
  process.exitCode = 1;
});

async function build() {
  const hash = sourceHash(root);
  const state = () => `${hash} ${textHash(readIfThere(notices))}`;
  if (!process.argv.includes('--force') && readIfThere(join(dist, stamp)) === state()) {
    if (!quiet) console.log('Build: nothing to do (dist matches the sources).');
    return;
  }
  const started = Date.now();
  rmSync(next, { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', next], { cwd: root });

  const bundled = await bundleVendor(root, join(next, 'vendor'));
  checkNotices(noticesOf(root, bundled));
  removeDeclarations(join(next, 'vendor'));
  await bundleCli(join(next, 'cli'), [join(next, 'ensure', 'files', 'stat-worker.js')]);
  const withoutNative = buildNative(root, join(next, 'native'));
  if (withoutNative) console.log(`Build: without the helper of check: ${withoutNative}.`);
  for (const [room, name] of Object.entries(SCHEMAS)) {
    const schema = join(root, 'src', room, name);
    if (existsSync(schema)) copyFileSync(schema, join(next, name));
  }

  writeFileSync(join(next, stamp), state());
  swap(next, dist);
  console.log(`Build: dist is ready (${Date.now() - started} ms).`);
}

/** Keeps THIRD-PARTY-NOTICES right; in CI a stale one is an error, as it must be committed. */
function checkNotices(text) {
  if (readIfThere(notices) === text) return;
  if (process.env.CI) {
    throw new Error('THIRD-PARTY-NOTICES is stale. Run `npm run build` and commit the file.');
  }
  writeFileSync(notices, text);
  console.log('Build: THIRD-PARTY-NOTICES brought up to date; commit it.');
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
