// Stands between a client and the server, so that replies can be lost.
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import type { Address } from './postgres.ts';

export class LossyProxy {
  readonly #server: Server;
  readonly #to: Address;
  readonly #sockets = new Set<Socket>();
  #isHolding = false;
  #lost: string | undefined;

  private constructor(to: Address) {
    this.#to = to;
    this.#server = createServer((client) => this.#join(client));
  }

  static async to(address: Address): Promise<LossyProxy> {
    const proxy = new LossyProxy(address);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** How the proxy is reached instead of the server. */
  get address(): Address {
    const bound = this.#server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    return { ...this.#to, host: '127.0.0.1', port };
  }

  /** From now on rows that the server sends go nowhere, until the connections are cut. */
  hold(): void {
    this.#isHolding = true;
  }

  /** Cuts the connection of the next reply that says this was done, and keeps the reply. */
  loseNext(command: string): void {
    this.#lost = command;
  }

  /** Cuts all connections; new ones are as good as any. */
  cut(): void {
    this.#isHolding = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket): void {
    const server = dial(this.#to.port, this.#to.host);
    let isHeld = false;
    server.on('data', (data) => {
      if (this.#lost !== undefined && data.includes(`C\0\0\0\v${this.#lost}\0`)) {
        this.#lost = undefined;
        client.destroy();
        return;
      }
      isHeld ||= this.#isHolding && hasRow(data);
      if (!isHeld) client.write(data);
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
        other.destroy();
      });
    }
  }
}

const ROW = 'D'.charCodeAt(0);

/** Whether one of the messages, each a letter and its length, is a row: a statement was run. */
function hasRow(data: Buffer): boolean {
  for (let at = 0; at + 5 <= data.length; at += 1 + data.readUInt32BE(at + 1)) {
    if (data[at] === ROW) return true;
  }
  return false;
}
