import { once } from 'node:events';
import {
  connect,
  createServer,
  type IpcNetConnectOpts,
  type Server,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net';

/** Where a server listens. */
export type ServerAddress = TcpNetConnectOpts | IpcNetConnectOpts;

/** Takes connections of a command; whoever opens it leads them on to a server. */
export class Gate {
  /** Where it listens. */
  readonly socket: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(socket: string, lead: (inside: Socket, gate: Gate) => void) {
    this.socket = socket;
    this.#server = createServer((inside) => {
      this.#keep(inside);
      lead(inside, this);
    });
  }

  static async open(socket: string, lead: (inside: Socket, gate: Gate) => void): Promise<Gate> {
    const gate = new Gate(socket, lead);
    await once(gate.#server.listen(socket), 'listening');
    return gate;
  }

  /** A connection to the server, which ends with the gate. */
  connect(address: ServerAddress): Socket {
    const outside = connect(address);
    this.#keep(outside);
    return outside;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }
}
