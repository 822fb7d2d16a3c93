import type {
  ClaimReply,
  ClaimRequest,
  PurgeReply,
  Store,
  StoredRecord,
  StoredResult,
  Takeover,
  UpdateRequest,
} from '../../once/store/types.ts';
import { recordOf } from './expect.ts';
import type { StoreSuite } from './suite.ts';
import { CaseTime } from './time.ts';

/** Owners of attempts. */
export const A = 'owner-a';
export const B = 'owner-b';
export const C = 'owner-c';

/** So long that it never ends while a case runs, whatever the store's clock. */
export const LONG = 3_600_000;

/** So short that a case may wait for its end. */
export const SHORT = 100;

/** A result, as an operation may have it. */
export const RESULT: StoredResult = { codec: 'json', text: '{"charged":700}' };

/** What a case works with: an opened store, and short ways to say what it does. */
export interface Bench {
  readonly store: Store;
  /** What all ids of this case begin with. */
  readonly prefix: string;
  readonly time: CaseTime;
  /** An id of this case. */
  id(name?: string): string;
  /** Opens the same records once more; it is closed with the case. */
  another(): Promise<Store>;
  /** Lets time pass. */
  advance(ms: number): Promise<void>;
  /** Claims the id of the case for A, for long, unless the request says otherwise. */
  claim(request?: Partial<ClaimRequest>): Promise<ClaimReply>;
  /** The same for B, from an attempt that ended without saying how: by default A's. */
  takeOver(takeover?: Partial<Takeover>, request?: Partial<ClaimRequest>): Promise<ClaimReply>;
  /** Updates the id of the case as A, unless the request says otherwise. */
  update(request: Partial<UpdateRequest>): Promise<number | undefined>;
  /** Finishes as A with {@link RESULT}. */
  finish(id?: string): Promise<number | undefined>;
  /** The record, which has to be there. */
  record(id?: string): Promise<StoredRecord>;
  purge(limit?: number): Promise<PurgeReply>;
  close(): Promise<void>;
}

export async function openBench(suite: StoreSuite, prefix: string): Promise<Bench> {
  const time = new CaseTime(suite.advance);
  const opened: Store[] = [];
  const open = async (): Promise<Store> => {
    const store = await suite.open(time.clock);
    opened.push(store);
    return store;
  };
  const store = await open();
  return {
    store,
    prefix,
    time,
    another: open,
    advance: (ms) => time.advance(ms),
    ...shorthands(store, prefix),
    async close() {
      for (const one of opened) await one.close();
    },
  };
}

type Shorthands = Omit<Bench, 'store' | 'prefix' | 'time' | 'another' | 'advance' | 'close'>;

function shorthands(store: Store, prefix: string): Shorthands {
  const own = `${prefix}key`;
  const claim = (request: Partial<ClaimRequest> = {}): Promise<ClaimReply> =>
    store.claim({ ...plainRequest(own), ...request });
  const update = (request: Partial<UpdateRequest>): Promise<number | undefined> =>
    store.update({ id: own, owner: A, state: 'running', ...request });
  return {
    id: (name = 'key') => `${prefix}${name}`,
    claim,
    takeOver: (takeover, request) =>
      claim({ owner: B, takeover: { owner: A, evenIfLeased: false, ...takeover }, ...request }),
    update,
    finish: (id = own) => update({ id, state: 'done', result: RESULT }),
    record: async (id = own) => recordOf(await store.read(id)),
    purge: async (limit = 100) => ({ ...(await store.purge({ prefix, limit })) }),
  };
}

function plainRequest(id: string): ClaimRequest {
  return { id, fingerprint: 'f', owner: A, leaseMs: LONG, keepMs: LONG, rememberMs: LONG };
}
