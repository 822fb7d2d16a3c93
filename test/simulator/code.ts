import { pathToFileURL } from 'node:url';

/** The parts of the project that are simulated: its own, or a mutant's. */
export interface Code {
  readonly ledger: typeof import('../../src/once/ledger.ts');
  readonly errors: typeof import('../../src/once/errors.ts');
  readonly rules: typeof import('../../src/once/store/rules.ts');
  readonly memory: typeof import('../../src/stores/memory/memory-store.ts');
  readonly isRuntwiceError: typeof import('../../src/core/errors.ts').isRuntwiceError;
}

/** Loads the code from a folder that looks like `src`. */
export async function loadCode(folder: string): Promise<Code> {
  const load = (file: string) => import(pathToFileURL(`${folder}/${file}`).href);
  const core = await load('core/errors.ts');
  return {
    ledger: await load('once/ledger.ts'),
    errors: await load('once/errors.ts'),
    rules: await load('once/store/rules.ts'),
    memory: await load('stores/memory/memory-store.ts'),
    isRuntwiceError: core.isRuntwiceError,
  };
}
