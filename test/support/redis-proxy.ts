// Stands between a client and the server, so that replies can be lost.
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import type { Address } from './redis.ts';

export class RedisProxy {
  readonly #server: Server;
  readonly #to: Address;
  readonly #sockets = new Set<Socket>();
  /** Connections whose replies go nowhere. */
  #held = new Set<Socket>();

  private constructor(to: Address) {
    this.#to = to;
    this.#server = createServer((client) => this.#join(client));
  }

  static async to(address: Address): Promise<RedisProxy> {
    const proxy = new RedisProxy(address);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** How the proxy is reached instead of the server. */
  get address(): Address {
    const bound = this.#server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    return { ...this.#to, host: '127.0.0.1', port };
  }

  /** From now on what the server says goes nowhere, until the connections are cut. */
  hold(): void {
    this.#held = new Set(this.#sockets);
  }

  /** Cuts all connections; new ones are as good as any. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket): void {
    const server = dial(this.#to.port, this.#to.host);
    server.on('data', (data) => {
      if (!this.#held.has(client)) client.write(data);
    });
    client.on('data', (data) => server.write(data));
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        this.#held.delete(socket);
        other.destroy();
      });
    }
  }
}
