// Stands between an HTTP client and a server, one request a connection, and loses what it is told to.
import { createServer, connect as dial, type Server, type Socket } from 'node:net';

/**
 * `before`: the server never sees the request · `after`: the client never sees the answer · `cut`: it sees
 * all but its last byte · `hang`: it sees nothing, and is not told · `delay`: it waits a little.
 */
export type Fault = 'none' | 'before' | 'after' | 'cut' | 'hang' | 'delay';

export class FaultProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #count = 0;

  private constructor(to: number, next: () => Fault) {
    this.#server = createServer((client) => this.#join(client, to, next()));
  }

  /** `next` says what happens to each request. */
  static async to(port: number, next: () => Fault): Promise<FaultProxy> {
    const proxy = new FaultProxy(port, next);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    const bound = this.#server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : 0;
  }

  /** How many requests came. */
  get count(): number {
    return this.#count;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, to: number, fault: Fault): void {
    this.#count += 1;
    this.#keep(client);
    if (fault === 'before') {
      client.once('data', () => client.resetAndDestroy());
      return;
    }
    const server = this.#keep(dial(to, '127.0.0.1'));
    client.on('data', (data) => server.write(data));
    client.on('close', () => server.destroy());
    this.#answer(client, server, fault);
  }

  #answer(client: Socket, server: Socket, fault: Fault): void {
    const chunks: Buffer[] = [];
    server.on('data', (data: Buffer) => {
      if (fault === 'none') client.write(data);
      else chunks.push(data);
      if (fault === 'after') client.resetAndDestroy();
    });
    // Its clients ask for a connection each, so that the server ends it after the answer.
    server.on('close', () => {
      const answer = Buffer.concat(chunks);
      if (fault === 'none') client.end();
      if (fault === 'cut') client.end(answer.subarray(0, -1));
      if (fault === 'delay') setTimeout(() => client.end(answer), 3);
    });
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    return socket.on('close', () => this.#sockets.delete(socket));
  }
}
