import type { RedisClient, RedisCommand, RedisNode } from './redis-client.ts';

/** The part of ioredis that is used: a `Redis`, or a `Cluster`. */
export interface IoredisClient {
  call(command: string, args: string[]): Promise<unknown>;
  pipeline(commands: unknown[][]): IoredisPipeline;
  /** A cluster's servers. */
  nodes?(role: 'master'): IoredisNode[];
}

export interface IoredisNode {
  call(command: string, args: string[]): Promise<unknown>;
}

export interface IoredisPipeline {
  exec(): Promise<[error: Error | null, result: unknown][] | null>;
}

/** In a cluster, ioredis finds the server by the key that it sees in the command. */
export function ioredisClient(client: IoredisClient): RedisClient {
  const call = callOf(client);
  return {
    isCluster: client.nodes !== undefined,
    call: (_, command) => call(command),
    async chain(_, commands) {
      const calls = commands.map((command) => ['call', ...command]);
      // What is left of a pipeline whose connection is lost fails: ioredis sends it on no other one.
      const results = (await client.pipeline(calls).exec()) ?? [];
      return results.map(([error, result]) => error ?? result);
    },
    async primaries() {
      return client.nodes === undefined ? [call] : client.nodes('master').map(callOf);
    },
  };
}

function callOf(node: IoredisNode): RedisNode {
  return ([name, ...args]: RedisCommand) => node.call(name, args);
}
