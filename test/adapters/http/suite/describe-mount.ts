import { describe, onTestFinished } from 'vitest';
import { openLedgers } from '../../../support/ledgers.ts';
import { TEST_STORES, type TestStore } from '../../../support/stores.ts';
import { answers } from './cases/answers.ts';
import { attempts } from './cases/attempts.ts';
import { keys } from './cases/keys.ts';
import { together } from './cases/together.ts';
import type { Got, Sent } from './client.ts';
import { send } from './client.ts';
import type { MountOptions, TestMount } from './mount.ts';
import { routesOf, World } from './routes.ts';

/** A server under test, and its world. */
export interface Server {
  readonly world: World;
  readonly url: string;
  post(path: string, key?: string, sent?: Sent): Promise<Got>;
}

/** Starts a server of its own for a test. `dead`: what it begins is left by a process that died. */
export type Serve = (
  options?: Partial<MountOptions> & { dead?: boolean; world?: World },
) => Promise<Server>;

export interface Suite {
  readonly mount: TestMount;
  readonly store: TestStore;
  /** Servers of one test share their records. */
  start(): Promise<Serve>;
}

const STORES = new Set(['sqlite', 'postgres', 'redis']);

/** The suite that every mount has to pass, on each store. */
export function describeMount(mount: TestMount): void {
  const stores = TEST_STORES.filter(({ name }) => STORES.has(name));
  describe.each(stores)(`${mount.name} on $name`, (store) => {
    const suite: Suite = { mount, store, start: () => startOf(mount, store) };
    keys(suite);
    answers(suite);
    attempts(suite);
    together(suite);
  });
}

async function startOf(mount: TestMount, store: TestStore): Promise<Serve> {
  const ledgers = await openLedgers(store);
  return async ({ dead = false, world = new World(), ...options } = {}) => {
    const ledger = dead ? await ledgers.openDead() : await ledgers.open();
    const { url, close } = await mount.serve(routesOf(world), { ledger, ...options });
    onTestFinished(close);
    return { world, url, post: (path, key, sent) => send(url, path, key, sent) };
  };
}
