import {
  chainInCluster,
  type RedisClient,
  type RedisCommand,
  type RedisNode,
} from './redis-client.ts';

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
    chain(key, commands) {
      const send = () => sendChain(client, commands);
      return client.nodes === undefined
        ? send()
        : chainInCluster(send, () => call(['EXISTS', key]));
    },
    async primaries() {
      return client.nodes === undefined ? [call] : client.nodes('master').map(callOf);
    },
  };
}

/** What is left of a pipeline whose connection is lost fails: ioredis sends it on no other one. */
async function sendChain(
  client: IoredisClient,
  commands: readonly RedisCommand[],
): Promise<readonly unknown[]> {
  const results = await client.pipeline(commands.map((command) => ['call', ...command])).exec();
  return (results ?? []).map(([error, result]) => error ?? result);
}

function callOf(node: IoredisNode): RedisNode {
  return ([name, ...args]: RedisCommand) => node.call(name, args);
}
