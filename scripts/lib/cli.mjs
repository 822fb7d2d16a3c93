// Bundles the command line: 45 small modules cost a start 35 ms, five larger ones hardly anything.
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { leanBuiltins } from './lean.mjs';

const DRIVERS = { ioredis: 'ioredis', 'mysql2/promise': 'mysql2', pg: 'pg' };

/** The library asks for the user's own driver; who only uses the command line has none. */
const ownDrivers = {
  name: 'own-drivers',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${Object.keys(DRIVERS).join('|')})$`) }, ({ path }) => ({
      path: `../vendor/${DRIVERS[path]}.js`,
      external: true,
    }));
  },
};

/**
 * Replaces the modules in `folder` by main.js and a chunk for each command; names stay readable.
 * `workers` are started by their file name, so each is bundled to a file of its own beside them.
 */
export async function bundleCli(folder, workers) {
  const main = join(folder, 'main.js');
  if (!existsSync(main)) return;
  const bundled = `${folder}.bundled`;
  await build({
    entryPoints: [main, ...workers],
    outdir: bundled,
    entryNames: '[name]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [ownDrivers, leanBuiltins],
  });
  chmodSync(join(bundled, 'main.js'), 0o755);
  rmSync(folder, { recursive: true });
  renameSync(bundled, folder);
}
