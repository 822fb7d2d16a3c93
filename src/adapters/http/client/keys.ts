// The key of a call: made, or taken from whoever has it, before anything is sent.
import { RuntwiceError } from '../../../core/errors.ts';
import type { Settings } from './options.ts';

/** Where keys are kept by work item: a `Map`, or two functions over a column of the item's own row. */
export interface KeyStore {
  /** The item's key; undefined or null where it has none. */
  get(id: string): KeptKey | Promise<KeptKey>;
  /**
   * Keeps a key, durably. Where the item has one already it must stay (`UPDATE … WHERE key IS NULL`,
   * `SET NX`): it is read back afterwards, so that two processes send the same.
   */
  set(id: string, key: string): unknown;
}

export type KeptKey = string | null | undefined;

/** Who may say what the key is. */
export interface KeySources {
  /** In capitals. */
  readonly method: string;
  readonly headers: Headers;
  readonly idempotencyKey: string | undefined;
  readonly workId: string | undefined;
}

/** What a header can carry: printable ASCII that neither begins nor ends with a space. */
const SENDABLE = /^[!-~](?:[ -~]*[!-~])?$/u;

const KEYED_METHODS: ReadonlySet<string> = new Set(['POST', 'PATCH']);

/** Gives the value of the key's header; undefined for a call without a key. */
export function keySource(
  settings: Settings,
  newKey: () => string,
): (sources: KeySources) => Promise<string | undefined> {
  const keptKey = keptKeys(settings.keys, newKey);
  return async ({ method, headers, idempotencyKey, workId }) => {
    const own = headers.get(settings.keyHeader) ?? undefined;
    const said = [own, idempotencyKey, workId].filter((source) => source !== undefined);
    if (said.length > 1) {
      throw wrong(
        'the request has more than one key',
        `Give one of: the header ${settings.keyHeader}, idempotencyKey, workId.`,
      );
    }
    if (own !== undefined) return requireKey(own);
    if (idempotencyKey !== undefined) return headerValue(idempotencyKey, settings.isQuoted);
    if (workId !== undefined) return headerValue(await keptKey(workId), settings.isQuoted);
    const isMade = settings.makesKeys && KEYED_METHODS.has(method);
    return isMade ? headerValue(newKey(), settings.isQuoted) : undefined;
  };
}

/** RFC 9651, 4.1.6: a String, in which a quote and a backslash are escaped. */
function headerValue(key: string, isQuoted: boolean): string {
  requireKey(key);
  return isQuoted ? `"${key.replaceAll(/["\\]/gu, '\\$&')}"` : key;
}

/** The key that a header's value stands for, in quotes or not. */
export function bareKey(value: string): string {
  return /^".*"$/u.test(value) ? value.slice(1, -1).replaceAll(/\\(["\\])/gu, '$1') : value;
}

function requireKey(key: string): string {
  if (typeof key === 'string' && SENDABLE.test(key)) return key;
  throw wrong(
    `no header can carry the key ${JSON.stringify(key)}`,
    'Give printable ASCII, such as a UUID, or a hash of what the item is called.',
  );
}

/** Calls for one item that meet in this process are given one key, whatever the store does. */
function keptKeys(
  store: KeyStore | undefined,
  newKey: () => string,
): (id: string) => Promise<string> {
  const underway = new Map<string, Promise<string>>();
  return (id) => {
    if (store === undefined) {
      throw wrong('the request has a workId', 'Say where keys are kept, in the option keys.');
    }
    const asked = underway.get(id);
    if (asked !== undefined) return asked;
    const key = keptKey(store, id, newKey).finally(() => underway.delete(id));
    underway.set(id, key);
    return key;
  };
}

async function keptKey(store: KeyStore, id: string, newKey: () => string): Promise<string> {
  const before = await store.get(id);
  if (before !== undefined && before !== null) return before;
  await store.set(id, newKey());
  const kept = await store.get(id);
  if (kept !== undefined && kept !== null) return kept;
  throw wrong(
    `the key of ${id} was not kept`,
    'keys.get has to give what keys.set was given; without it, a repetition would have another key.',
  );
}

function wrong(what: string, fix: string): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', what, {
    fix: `Nothing was sent. ${fix}`,
  });
}
