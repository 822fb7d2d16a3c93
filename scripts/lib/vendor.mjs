// Bundles the re-exports in dist/vendor, so that users install nothing beside the package.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { leanBuiltins } from './lean.mjs';

/** Bundles every folder/*.js in place; returns the files of packages that went in. */
export async function bundleVendor(root, folder) {
  if (!existsSync(folder)) return [];
  const entryPoints = readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name));
  const results = await Promise.all(entryPoints.map((entry) => bundle(root, entry)));
  return [...new Set(results.flat())].sort();
}

async function bundle(root, entry) {
  const options = {
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: entry,
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minify: true,
    legalComments: 'none', // THIRD-PARTY-NOTICES holds the licences
    metafile: true,
    plugins: [leanBuiltins],
    logLevel: 'warning',
  };
  const plain = await build({ ...options, write: false });
  const needsRequire = Object.values(plain.metafile.outputs)
    .flatMap((output) => output.imports)
    .some((use) => use.kind === 'require-call');
  // A CommonJS package asks for Node's own modules with require(), which ESM does not have.
  // Its name is longer than those that minifying makes, so that they never meet.
  const banner = {
    js: "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);",
  };
  await build(needsRequire ? { ...options, banner } : options);
  return Object.entries(plain.metafile.outputs).flatMap(([, output]) =>
    Object.entries(output.inputs)
      .filter(([file, { bytesInOutput }]) => file.includes('node_modules/') && bytesInOutput > 0)
      .map(([file]) => file),
  );
}

/** Removes the *.d.ts below a folder that is no public entry. */
export function removeDeclarations(folder) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder, { recursive: true })) {
    if (name.endsWith('.d.ts')) rmSync(join(folder, name));
  }
}
