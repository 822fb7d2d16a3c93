import { RuntwiceError } from './core/errors.ts';
import type { Ledger } from './once/ledger.ts';
import type { LedgerOptions } from './once/options.ts';
import type { Store } from './once/store/types.ts';

/** Where a kind of store is opened; each is loaded only when it is asked for. */
const STORES: Readonly<Record<string, (rest: string) => Promise<Store>>> = {
  'memory:': async () => (await import('./stores/memory/index.ts')).memoryStore(),
  'sqlite:': async (path) => (await import('./stores/sqlite/index.ts')).sqliteStore(path),
};

/**
 * Opens a ledger by its URL: `sqlite:PATH` for the processes of one machine, `memory:` for one
 * process and for tests.
 *
 * Run twice: opens the same ledger; any number of processes may.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT for a URL of no known kind, ERR_RUNTWICE_STORE_UNAVAILABLE
 * where it cannot be opened.
 */
export async function openLedger(
  url: string,
  options: Omit<LedgerOptions, 'store' | 'url'>,
): Promise<Ledger> {
  const { createLedger } = await import('./once/ledger.ts');
  const store = await openStore(url);
  return createLedger({ ...options, store, url });
}

async function openStore(url: string): Promise<Store> {
  const [, scheme = '', rest = ''] = /^([a-z]+:)(?:\/\/(?=\/))?(.*)$/su.exec(url) ?? [];
  const open = Object.hasOwn(STORES, scheme) ? STORES[scheme] : undefined;
  if (open !== undefined && (rest !== '' || scheme === 'memory:')) return open(rest);
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `${JSON.stringify(withoutPassword(url))} is no ledger`,
    {
      fix: 'Give sqlite:PATH, such as sqlite:ledger.db or sqlite:/var/lib/shop/ledger.db, or memory:.',
    },
  );
}

function withoutPassword(url: string): string {
  return url.replace(/:\/\/[^/@]*@/u, '://…@');
}
