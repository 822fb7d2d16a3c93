// What the rest of the package asks of a client of Redis, whichever it is.

/** A command and its arguments, as texts. */
export type RedisCommand = readonly [name: string, ...args: string[]];

/** Sends a command to one server. */
export type RedisNode = (command: RedisCommand) => Promise<unknown>;

export interface RedisClient {
  readonly isCluster: boolean;
  /** Sends a command about a key to the server that has it. */
  call(key: string, command: RedisCommand): Promise<unknown>;
  /**
   * Sends commands to the server that has the key, one after the other on one connection. Replies in
   * their order, errors among them; what was not answered when the connection was lost is an error.
   */
  chain(key: string, commands: readonly RedisCommand[]): Promise<readonly unknown[]>;
  /** The servers that can be written to: one, or each of a cluster. */
  primaries(): Promise<readonly RedisNode[]>;
}

/** So often a chain is sent again that went to a server of a cluster that no longer has the key. */
const MAX_MOVES = 3;

/**
 * Sends a chain in a cluster. Its clients follow a key to another server for a command by itself, but
 * not for several: `find` sends one, and the chain goes where that one went.
 */
export async function chainInCluster(
  send: () => Promise<readonly unknown[]>,
  find: () => Promise<unknown>,
): Promise<readonly unknown[]> {
  for (let moves = 0; ; moves++) {
    const replies = await send();
    if (moves === MAX_MOVES || !replies.some(isMoved)) return replies;
    await find();
  }
}

function isMoved(reply: unknown): boolean {
  return reply instanceof Error && /^(?:MOVED|ASK) /.test(reply.message);
}
