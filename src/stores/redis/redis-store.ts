import { type RedisDriver, redisClient } from '../../clients/redis.ts';
import type { RedisClient } from '../../clients/redis-client.ts';
import { type Duration, durationMs } from '../../core/duration.ts';
import type {
  ClaimReply,
  ClaimRequest,
  ListedRecord,
  ListQuery,
  PurgeReply,
  PurgeRequest,
  ReadReply,
  RecordState,
  RenewRequest,
  Store,
  StoreDurability,
  UpdateRequest,
} from '../../once/store/types.ts';
import { countStates, listRecords, type Shelf } from './admin.ts';
import { claimArgs, claimReply, ownerArg, updateArgs, updateReply } from './claims.ts';
import { missingReplicas, requireOptions } from './options.ts';
import { Purge } from './purge.ts';
import { replyOf, whole } from './record.ts';
import { Replication } from './replication.ts';
import { run, type Script, type Scripts, scriptsOf } from './scripts.ts';
import { checkServers, type Server } from './server.ts';

export interface RedisStoreOptions {
  /** What all keys begin with; default `runtwice:`. */
  prefix?: string;
  /**
   * How many replicas have to have a claim before anything is run, and a result before it counts as
   * saved; default 0. Each then takes a WAIT more, which holds up its connection: give the store a
   * client of its own.
   */
  replicas?: number;
  /** How long is waited for the replicas; default 1 s. A claim that they do not have by then is refused. */
  replicaTimeout?: Duration;
  /** Uses a server that forgets keys when its memory is full; what was done may then be done again. */
  acceptEviction?: boolean;
}

/**
 * A store in Redis, 6.2 or newer: single, replicated, or a cluster. The client is yours: a Redis or
 * Cluster of ioredis, or what createClient() or createCluster() of node-redis returned, connected; you
 * end it. What is finished is forgotten by Redis itself when it was remembered for long enough. A
 * primary that is lost takes with it what its replicas do not have: see `replicas`.
 *
 * Run twice: opens the same ledger; any number of processes may.
 * @throws ERR_RUNTWICE_STORE_UNAVAILABLE where the server cannot be reached, is a replica, or evicts
 * keys; ERR_RUNTWICE_INVALID_ARGUMENT for a client or option of no use.
 */
export async function redisStore(
  client: RedisDriver,
  options: RedisStoreOptions = {},
): Promise<Store> {
  const { prefix = 'runtwice:', replicas = 0, acceptEviction = false } = options;
  const timeoutMs = durationMs(options.replicaTimeout ?? '1s', 'replicaTimeout');
  requireOptions(prefix, replicas);
  const redis = redisClient(client);
  const server = await checkServers(redis, { prefix, replicas, acceptEviction });
  const scripts = await scriptsOf(server.major);
  // To WAIT 0 is no limit.
  const replication = new Replication(redis, replicas, Math.max(1, timeoutMs));
  return new RedisStore(redis, prefix, server, scripts, { replicas, replication });
}

interface Replicas {
  readonly replicas: number;
  readonly replication: Replication;
}

class RedisStore implements Store, Shelf {
  readonly name = 'redis';
  readonly durability: StoreDurability;
  readonly client: RedisClient;
  readonly prefix: string;
  readonly #scripts: Scripts;
  readonly #replicas: number;
  readonly #replication: Replication;
  readonly #purge: Purge;

  constructor(
    client: RedisClient,
    prefix: string,
    { durability }: Server,
    scripts: Scripts,
    { replicas, replication }: Replicas,
  ) {
    this.client = client;
    this.prefix = prefix;
    this.durability = durability;
    this.#scripts = scripts;
    this.#replicas = replicas;
    this.#replication = replication;
    this.#purge = new Purge(client, prefix, scripts.purge);
  }

  async claim(request: ClaimRequest): Promise<ClaimReply> {
    const { claim } = this.#scripts;
    if (this.#replicas === 0) {
      return claimReply(request, await this.#run(claim, request.id, claimArgs(request, false)));
    }
    const args = claimArgs(request, true);
    const { reply, replicas } = await this.#replication.run(claim, this.#key(request.id), args);
    const answer = claimReply(request, reply);
    if (answer.claimed) await this.#requireReplicas(replicas, () => this.#takeBack(request));
    return answer;
  }

  async renew(requests: readonly RenewRequest[]): Promise<boolean[]> {
    const replies = await Promise.all(
      requests.map(({ id, owner, leaseMs }) =>
        this.#run(this.#scripts.renew, id, [ownerArg(owner), whole(leaseMs)]),
      ),
    );
    return replies.map((reply) => Number(reply) === 1);
  }

  async update(request: UpdateRequest): Promise<number | undefined> {
    const { id, state } = request;
    const { update } = this.#scripts;
    // An end that says nothing of an effect may be lost with the primary: the key is then in doubt.
    if (this.#replicas === 0 || state === 'released' || state === 'unknown') {
      return updateReply(await this.#run(update, id, updateArgs(request, false)));
    }
    const args = updateArgs(request, true);
    const { reply, replicas } = await this.#replication.run(update, this.#key(id), args);
    const at = updateReply(reply);
    if (at !== undefined) await this.#requireReplicas(replicas);
    return at;
  }

  async read(id: string): Promise<ReadReply | undefined> {
    return replyOf(await this.#run(this.#scripts.read, id, []));
  }

  list(query: ListQuery): Promise<{ records: ListedRecord[]; now: number }> {
    return listRecords(this, query);
  }

  stats(prefix: string): Promise<Record<RecordState, number>> {
    return countStates(this, prefix);
  }

  async remove(id: string, owner: string): Promise<boolean> {
    return Number(await this.#run(this.#scripts.remove, id, [ownerArg(owner)])) === 1;
  }

  purge(request: PurgeRequest): Promise<PurgeReply> {
    return this.#purge.run(request);
  }

  /** The client is the caller's to end. */
  async close(): Promise<void> {}

  #key(id: string): string {
    return this.prefix + id;
  }

  #run(script: Script, id: string, args: readonly string[]): Promise<unknown> {
    return run(this.client, script, this.#key(id), args);
  }

  /** A reply that did not come is thrown as it is: a ledger asks again. */
  async #requireReplicas(replicas: number | Error, undo?: () => Promise<unknown>): Promise<void> {
    if (replicas instanceof Error) throw replicas;
    if (replicas >= this.#replicas) return;
    await undo?.();
    throw missingReplicas(replicas, this.#replicas, undo !== undefined);
  }

  /** Nothing was run: the key is what it was before, but for its number of attempts. */
  #takeBack({ id, owner, takeover }: ClaimRequest): Promise<unknown> {
    const state = takeover === undefined ? 'released' : 'unknown';
    return this.update({ id, owner, state });
  }
}
