// Bundles the command line: 45 small modules cost a start 35 ms, five larger ones hardly anything.
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { leanBuiltins } from './lean.mjs';

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
    // The user's own, if it is installed: bundling it would publish it without its licence.
    external: ['ioredis', 'pg'],
    plugins: [leanBuiltins],
  });
  chmodSync(join(bundled, 'main.js'), 0o755);
  rmSync(folder, { recursive: true });
  renameSync(bundled, folder);
}
