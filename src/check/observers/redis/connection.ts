// One way to ask Redis, by ioredis or node-redis.

/** The package ioredis: the part of it that is used. */
export interface IoredisModule {
  readonly Redis: new (options: IoredisOptions) => IoredisConnection;
}

export interface IoredisOptions {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: object;
  readonly lazyConnect: true;
  readonly connectTimeout: number;
  readonly retryStrategy: () => null;
}

interface IoredisConnection {
  connect(): Promise<unknown>;
  callBuffer(command: string, args: (string | Buffer)[]): Promise<unknown>;
  disconnect(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** The package redis (node-redis) from 5 on: the part of it that is used. */
export interface NodeRedisModule {
  createClient(options: NodeRedisOptions): NodeRedisConnection;
}

export interface NodeRedisOptions {
  readonly socket: NodeRedisSocket;
  readonly username?: string;
  readonly password?: string;
}

export type NodeRedisSocket = NodeRedisCommon & (NodeRedisPath | NodeRedisTls | NodeRedisTcp);

export interface NodeRedisCommon {
  readonly connectTimeout: number;
  readonly reconnectStrategy: false;
}

export interface NodeRedisPath {
  readonly path: string;
}

export interface NodeRedisTcp {
  readonly host: string;
  readonly port: number;
}

export interface NodeRedisTls extends NodeRedisTcp {
  readonly tls: true;
}

interface NodeRedisConnection {
  connect(): Promise<unknown>;
  sendCommand(
    args: readonly (string | Buffer)[],
    options: { typeMapping: { 36: BufferConstructor } },
  ): Promise<unknown>;
  destroy(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export type RedisModule = IoredisModule | NodeRedisModule;

/** What texts come as: 36 is the sign `$`, before a bulk string. */
const AS_BYTES = { typeMapping: { 36: Buffer } } as const;

export interface RedisConnection {
  /** Texts in the answer are bytes, or what is short and plain, texts. */
  ask(...command: (string | Buffer)[]): Promise<unknown>;
  end(): void;
}

export interface RedisAddress {
  readonly at: NodeRedisPath | NodeRedisTcp | NodeRedisTls;
  readonly username?: string;
  readonly password?: string;
}

const TIMEOUT_MS = 5000;

export async function connected(
  client: RedisModule,
  address: RedisAddress,
): Promise<RedisConnection> {
  let lastError: unknown;
  const onError = (error: unknown): void => {
    lastError = error;
  };
  const connection =
    'Redis' in client ? ioredis(client, address, onError) : nodeRedis(client, address, onError);
  try {
    await connection.connect();
    return connection;
  } catch (error) {
    connection.end();
    throw lastError ?? error;
  }
}

interface Unconnected extends RedisConnection {
  connect(): Promise<unknown>;
}

function ioredis(
  { Redis }: IoredisModule,
  { at, ...login }: RedisAddress,
  onError: (error: unknown) => void,
): Unconnected {
  const where = 'path' in at ? { path: at.path } : { host: at.host, port: at.port };
  const redis = new Redis({
    ...where,
    ...login,
    ...('tls' in at && { tls: {} }),
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    retryStrategy: () => null,
  });
  redis.on('error', onError);
  return {
    connect: () => redis.connect(),
    ask: (name, ...args) => redis.callBuffer(String(name), args),
    end: () => redis.disconnect(),
  };
}

function nodeRedis(
  { createClient }: NodeRedisModule,
  { at, ...login }: RedisAddress,
  onError: (error: unknown) => void,
): Unconnected {
  const redis = createClient({
    socket: { ...at, connectTimeout: TIMEOUT_MS, reconnectStrategy: false },
    ...login,
  });
  redis.on('error', onError);
  return {
    connect: () => redis.connect(),
    ask: (...command) => redis.sendCommand(command, AS_BYTES),
    // It throws where it was not connected.
    end: () =>
      void Promise.resolve()
        .then(() => redis.destroy())
        .catch(() => {}),
  };
}
