import type { RedisClient, RedisNode } from '../../clients/redis-client.ts';
import type { PurgeReply, PurgeRequest } from '../../once/store/types.ts';
import { patternOf, readHeads, scanPage, serverTime } from './scan.ts';
import { run, type Script } from './scripts.ts';

/** So often one call asks for keys, whatever it finds: it is bounded on a large server, too. */
const MAX_PAGES = 100;

/** How far the purge of a prefix has come: a server, and a place in its table. */
interface Place {
  readonly server: number;
  readonly cursor: string;
}

const START: Place = { server: 0, cursor: '0' };

/**
 * Goes through the keys, and on where the last call for the prefix ended. Redis itself forgets what
 * was remembered long enough; the results of what is still remembered are dropped here.
 */
export class Purge {
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #script: Script;
  /** Only of purges that are not through. */
  readonly #places = new Map<string, Place>();

  constructor(client: RedisClient, prefix: string, script: Script) {
    this.#client = client;
    this.#prefix = prefix;
    this.#script = script;
  }

  async run({ prefix, limit }: PurgeRequest): Promise<PurgeReply> {
    const pattern = patternOf(this.#prefix + prefix);
    const nodes = await this.#client.primaries();
    const total = { removed: 0, trimmed: 0 };
    let place: Place | undefined = this.#places.get(prefix) ?? START;
    let left = limit;
    for (let pages = 0; place !== undefined && pages < MAX_PAGES; pages++) {
      const node: RedisNode | undefined = nodes[place.server];
      if (node === undefined) {
        // The cluster has fewer servers by now: the next call begins again.
        place = undefined;
        break;
      }
      const [{ keys, next }, now] = await Promise.all([
        scanPage(node, place.cursor, pattern),
        serverTime(node),
      ]);
      const due = (await readHeads(node, [...new Set(keys)], 'skip')).filter(
        ({ head }) => head.dueAt <= now,
      );
      const batch = due.slice(0, left).map(({ key }) => key);
      await this.#purge(batch, total);
      left -= batch.length;
      // What is left of this page is found again from the same place.
      if (due.length > batch.length) return this.#reply(prefix, place, total);
      place = nextPlace(place, next, nodes.length);
    }
    return this.#reply(prefix, place, total);
  }

  async #purge(
    keys: readonly string[],
    total: { removed: number; trimmed: number },
  ): Promise<void> {
    const replies = await Promise.all(keys.map((key) => run(this.#client, this.#script, key, [])));
    for (const reply of replies.map(Number)) {
      if (reply === 1) total.removed += 1;
      if (reply === 2) total.trimmed += 1;
    }
  }

  #reply(
    prefix: string,
    place: Place | undefined,
    total: { removed: number; trimmed: number },
  ): PurgeReply {
    if (place === undefined) this.#places.delete(prefix);
    else this.#places.set(prefix, place);
    return { ...total, more: place !== undefined };
  }
}

/** Undefined behind the last one. */
function nextPlace({ server }: Place, next: string, servers: number): Place | undefined {
  if (next !== '0') return { server, cursor: next };
  return server + 1 < servers ? { server: server + 1, cursor: '0' } : undefined;
}
