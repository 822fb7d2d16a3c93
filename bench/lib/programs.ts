// The Node programs that are measured: plain JavaScript, so that no run pays for stripping types.
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { isInPath, run } from './child.ts';
import { Stop } from './stop.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Compiles bench/peers/*.ts into `.cache`, from where they find node_modules; returns the folder. */
export function compilePeers(): string {
  const [from, outdir] = [join(root, 'bench', 'peers'), join(root, '.cache', 'bench')];
  buildSync({
    entryPoints: readdirSync(from)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(from, name)),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'esnext',
    logLevel: 'warning',
  });
  return outdir;
}

/** Copies the built package, so that a build in the middle of a bench changes nothing. */
export function copyOfOurs(to: string): string {
  try {
    cpSync(join(root, 'dist'), join(to, 'dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(to, 'package.json'));
  } catch (error) {
    throw new Stop(`run \`npm run build\` first: ${(error as Error).message}`);
  }
  return join(to, 'dist', 'cli', 'main.js');
}

/** The version of an installed npm package, or undefined. */
export function packageVersion(name: string): string | undefined {
  try {
    const text = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  } catch {
    return undefined;
  }
}

/** What an installed program says about itself, or undefined. */
export async function programVersion(name: string): Promise<string | undefined> {
  if (!isInPath(name)) return undefined;
  const { stdout } = await run([name, '--version']);
  return stdout.split('\n')[0]?.replace(/\s+/g, ' ').trim() || name;
}

export function ownVersion(): string {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
