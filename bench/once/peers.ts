// Peers are installed apart (`npm run bench:peers`), so the compiler must do without them: who uses one
// declares the part that it uses.
import { createRequire } from 'node:module';
import { NOTHING, type Setup } from './pair.ts';

const load = createRequire(new URL('peers/package.json', import.meta.url));

/** Sets up with the packages of these names, in their order; says so and does nothing without one. */
export async function withPeer<Modules extends readonly unknown[]>(
  names: readonly string[],
  setUp: (...modules: Modules) => Promise<Setup>,
): Promise<Setup> {
  const found: unknown[] = [];
  for (const name of names) {
    try {
      found.push(load(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
      console.log(`  left out: ${name} is not installed; \`npm run bench:peers\` does that`);
      return NOTHING;
    }
  }
  return setUp(...(found as unknown as Modules));
}
