import { type Identity, identityPrefix, identityText } from '../core/key.ts';
import { encode } from './codec.ts';
import { type KeyView, keyView, stateOf } from './key-view.ts';
import type { TimesMs } from './options.ts';
import type { Parts } from './parts.ts';
import { busy, changedMeanwhile, notEnded, notFound, notUnknown } from './problems.ts';
import type { PurgeReply, ReadReply, RecordState, UpdateRequest } from './store/types.ts';

/** Which key. */
export interface KeyName {
  operation: string;
  key: string;
  scope?: string;
}

export interface ListOptions {
  /** Only keys of this scope; default all. */
  scope?: string;
  /** Only keys of this operation; needs the scope, which may be empty. */
  operation?: string;
  states?: readonly RecordState[];
  /** Only keys whose latest attempt began at least so many milliseconds ago. */
  olderThanMs?: number;
}

/** What is known by now about an outcome that was unknown. */
export type Resolution = { happened: true; result: unknown } | { happened: false };

const PAGE = 500;

/** Looks at the keys of one namespace, resolves and forgets them. */
export class Admin {
  readonly #parts: Parts;
  readonly #namespace: string;
  readonly #times: TimesMs;

  constructor(parts: Parts, namespace: string, times: TimesMs) {
    this.#parts = parts;
    this.#namespace = namespace;
    this.#times = times;
  }

  /** What is known of a key; undefined where nothing is. Run twice: it only looks. */
  async get(name: KeyName): Promise<KeyView | undefined> {
    const { id } = this.#identify(name);
    const reply = await this.#parts.store.read(id);
    return reply && keyView(id, reply, this.#parts.surroundings);
  }

  /** All keys, in the order of scope, operation and key. Run twice: it only looks. */
  async *list(options: ListOptions = {}): AsyncGenerator<KeyView> {
    const { scope, operation, states, olderThanMs } = options;
    const prefix = identityPrefix(this.#namespace, scope, operation);
    for (let after: string | undefined; ; ) {
      const query = { prefix, after, olderThanMs, limit: PAGE };
      const { records, now } = await this.#parts.store.list(query);
      for (const { id, record } of records) {
        const view = keyView(id, { record, now }, this.#parts.surroundings);
        if (states?.includes(view.state) ?? true) yield view;
      }
      after = records.at(-1)?.id;
      if (records.length < PAGE) return;
    }
  }

  /** How many keys are recorded in each state. Run twice: it only looks. */
  stats(): Promise<Record<RecordState, number>> {
    return this.#parts.store.stats(identityPrefix(this.#namespace));
  }

  /**
   * Says what happened in an attempt whose outcome is unknown: with a result, callers get that; where
   * it did not happen, the next call runs.
   *
   * Run twice: the second call throws KEY_NOT_UNKNOWN; nothing is changed.
   * @param options.force Also while the attempt seems to run: it is fenced off.
   * @throws ERR_RUNTWICE_KEY_NOT_FOUND, ERR_RUNTWICE_KEY_NOT_UNKNOWN, ERR_RUNTWICE_BUSY while its
   * owner lives.
   */
  async resolve(
    name: KeyName,
    resolution: Resolution,
    { force = false }: { force?: boolean } = {},
  ): Promise<void> {
    const { id, identity } = this.#identify(name);
    const reply = await this.#parts.store.read(id);
    if (reply === undefined) throw notFound(identity);
    const state = stateOf(reply, this.#parts.surroundings);
    if (state === 'running' && !force) throw busy(identity);
    if (state !== 'running' && state !== 'unknown') throw notUnknown(identity, state);
    const owner = await this.#takeOver(id, reply);
    if (owner === undefined || !(await this.#write(id, owner, resolution))) {
      throw changedMeanwhile(identity);
    }
  }

  /**
   * Forgets a key and its result: the next call with it runs as if it were new.
   *
   * Run twice: the second call returns false.
   * @param options.force Also where it is running or unknown.
   * @returns whether the key was there.
   */
  async forget(name: KeyName, { force = false }: { force?: boolean } = {}): Promise<boolean> {
    const { id, identity } = this.#identify(name);
    const { store, surroundings } = this.#parts;
    const reply = await store.read(id);
    if (reply === undefined) return false;
    const state = stateOf(reply, surroundings);
    if (!force && (state === 'running' || state === 'unknown')) throw notEnded(identity, state);
    if (await store.remove(id, reply.record.owner)) return true;
    throw changedMeanwhile(identity);
  }

  /**
   * Drops results that were kept long enough and keys that were remembered long enough, in small
   * batches. Never touches what is running or unknown.
   *
   * Run twice: the second run finds nothing to do.
   */
  async purge(): Promise<{ removed: number; trimmed: number }> {
    const total = { removed: 0, trimmed: 0 };
    for (let more = true; more; ) {
      const prefix = identityPrefix(this.#namespace);
      const reply: PurgeReply = await this.#parts.store.purge({ prefix, limit: PAGE });
      total.removed += reply.removed;
      total.trimmed += reply.trimmed;
      more = reply.more;
    }
    return total;
  }

  #identify({ operation, key, scope = '' }: KeyName): { id: string; identity: Identity } {
    const identity = { namespace: this.#namespace, scope, operation, key };
    return { id: identityText(identity), identity };
  }

  async #takeOver(id: string, { record }: ReadReply): Promise<string | undefined> {
    const owner = this.#parts.surroundings.newOwner();
    const { fingerprint } = record;
    const takeover = { owner: record.owner, evenIfLeased: true };
    const { leaseMs, keepMs, rememberMs } = this.#times;
    const request = { id, fingerprint, owner, leaseMs, keepMs, rememberMs, takeover };
    return (await this.#parts.store.claim(request)).claimed ? owner : undefined;
  }

  async #write(id: string, owner: string, resolution: Resolution): Promise<boolean> {
    const request: UpdateRequest = resolution.happened
      ? { id, owner, state: 'done', progress: '', result: encode(resolution.result) }
      : { id, owner, state: 'released', progress: '' };
    return (await this.#parts.store.update(request)) !== undefined;
  }
}
