import type { RedisClient } from '../../clients/redis-client.ts';
import { explained } from './errors.ts';
import { bySha, byText, isUnknownScript, type Script } from './scripts.ts';

/** What a script replied, and how many replicas have what it wrote: or why that is not known. */
export interface Replicated {
  readonly reply: unknown;
  readonly replicas: number | Error;
}

interface Job {
  readonly script: Script;
  readonly key: string;
  readonly args: readonly string[];
  readonly resolve: (replicated: Replicated) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_SHARED = 128;
/** In characters. */
const MAX_SIZE = 1_000_000;

/**
 * Runs scripts and waits until replicas have what they wrote. WAIT is about its connection's writes,
 * so it follows them on the same one, and holds up all else there. What comes while it waits shares
 * the next one; in a cluster only what is about the same key, because keys are on several servers.
 */
export class Replication {
  readonly #client: RedisClient;
  readonly #wait: readonly [string, string, string];
  readonly #queues = new Map<string, Job[]>();

  constructor(client: RedisClient, replicas: number, timeoutMs: number) {
    this.#client = client;
    this.#wait = ['WAIT', String(replicas), String(timeoutMs)];
  }

  run(script: Script, key: string, args: readonly string[]): Promise<Replicated> {
    return new Promise((resolve, reject) => {
      const job = { script, key, args, resolve, reject };
      const lane = this.#client.isCluster ? key : '';
      const queue = this.#queues.get(lane);
      if (queue !== undefined) {
        queue.push(job);
        return;
      }
      this.#queues.set(lane, [job]);
      // What is asked for together is sent together.
      process.nextTick(() => void this.#sendAll(lane));
    });
  }

  async #sendAll(lane: string): Promise<void> {
    for (let queue = this.#queues.get(lane); queue !== undefined; ) {
      if (queue.length === 0) {
        this.#queues.delete(lane);
        return;
      }
      await this.#send(queue.splice(0, shared(queue)));
    }
  }

  async #send(jobs: readonly Job[]): Promise<void> {
    try {
      let replies = await this.#chain(jobs, bySha);
      // All of them again: what WAIT said is of a connection that may be another by now.
      if (replies.some(isUnknownScript)) replies = await this.#chain(jobs, byText);
      const replicas = waited(replies[jobs.length]);
      for (const [index, { resolve, reject }] of jobs.entries()) {
        const reply = replies[index];
        if (reply instanceof Error) reject(explained(reply));
        else resolve({ reply, replicas });
      }
    } catch (error) {
      for (const { reject } of jobs) reject(error);
    }
  }

  #chain(jobs: readonly Job[], command: typeof bySha): Promise<readonly unknown[]> {
    const commands = jobs.map(({ script, key, args }) => command(script, key, args));
    return this.#client.chain(jobs[0]?.key ?? '', [...commands, this.#wait]);
  }
}

/** How many of them are sent together: one at least. */
function shared(jobs: readonly Job[]): number {
  let [count, size] = [0, 0];
  for (const { args } of jobs) {
    for (const arg of args) size += arg.length;
    if (count === MAX_SHARED || (count > 0 && size > MAX_SIZE)) break;
    count += 1;
  }
  return count;
}

function waited(reply: unknown): number | Error {
  return reply instanceof Error ? reply : Number(reply);
}
