import { chainInCluster, type RedisClient, type RedisCommand } from './redis-client.ts';

/** The part of node-redis that is used: what `createClient()` returns. */
export interface NodeRedisClient {
  sendCommand(args: readonly string[], options?: NodeRedisOptions): Promise<unknown>;
}

export interface NodeRedisOptions {
  chainId?: symbol;
  typeMapping?: Record<never, never>;
}

/** What `createCluster()` returns. */
export interface NodeRedisCluster {
  readonly masters: readonly object[];
  /** Takes one of `masters`. */
  nodeClient(node: never): Promise<NodeRedisClient> | NodeRedisClient;
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean | undefined,
    args: string[],
    options?: NodeRedisOptions,
  ): Promise<unknown>;
  multi(routing?: string): NodeRedisMulti;
}

export interface NodeRedisMulti {
  addCommand(
    firstKey: string | undefined,
    isReadonly: boolean | undefined,
    args: string[],
  ): NodeRedisMulti;
  execAsPipeline(): Promise<unknown>;
}

/** Replies are texts, whatever an application has its client make of them. */
const PLAIN: NodeRedisOptions = { typeMapping: {} };

export function nodeRedisClient(client: NodeRedisClient): RedisClient {
  const call = (command: RedisCommand) => client.sendCommand(command, PLAIN);
  return {
    isCluster: false,
    call: (_, command) => call(command),
    chain(_, commands) {
      // What is left of a chain whose connection is lost fails: it is sent on no other one.
      const options = { ...PLAIN, chainId: Symbol('runtwice') };
      return Promise.all(
        commands.map((command) => client.sendCommand(command, options).catch(errorOf)),
      );
    },
    async primaries() {
      return [call];
    },
  };
}

export function nodeRedisCluster(cluster: NodeRedisCluster): RedisClient {
  const call = (key: string, command: RedisCommand) =>
    cluster.sendCommand(key, false, [...command], PLAIN);
  return {
    isCluster: true,
    call,
    chain(key, commands) {
      const send = async () => {
        const multi = cluster.multi(key);
        for (const command of commands) multi.addCommand(key, false, [...command]);
        try {
          return (await multi.execAsPipeline()) as unknown[];
        } catch (cause) {
          return commands.map(() => errorOf(cause));
        }
      };
      return chainInCluster(send, () => call(key, ['EXISTS', key]));
    },
    async primaries() {
      const clients = await Promise.all(
        cluster.masters.map((node) => cluster.nodeClient(node as never)),
      );
      return clients.map((client) => (command) => client.sendCommand(command, PLAIN));
    },
  };
}

function errorOf(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
