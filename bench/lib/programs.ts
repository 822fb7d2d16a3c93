// The Node programs that are measured: plain JavaScript, so that no run pays for stripping types.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { isInPath, run } from './child.ts';
import { Stop } from './stop.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Compiles bench/peers/*.ts into `.cache`, from where they find node_modules; returns the folder. */
export function compilePeers(): string {
  const [from, to] = [join(root, 'bench', 'peers'), join(root, '.cache', 'bench')];
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const source = readFileSync(join(from, name), 'utf8');
    const { code } = transformSync(source, { loader: 'ts', format: 'esm', target: 'esnext' });
    writeFileSync(join(to, `${parse(name).name}.mjs`), code);
  }
  return to;
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
