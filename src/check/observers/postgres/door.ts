// The way from the command to its clone of the database, and to no other.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where the helper listens inside for what is sent to the database. */
export const DATABASE_PORT = 47_002;

/** Its address, as the helper tells it. */
export const DATABASE: string = `tcp 127.0.0.1:${DATABASE_PORT}`;

/** Requests that come before the first message: for encryption. They are answered with no. */
const ENCRYPTION = new Set([80_877_103, 80_877_104]);

const VERSION_3 = 196_608;

export interface DoorOptions {
  /** Where the server listens. */
  readonly host: string;
  readonly port: number;
  /** The database's name, as the command knows it. */
  readonly name: string;
}

/** Passes connections on to the server, with the name of the clone in the place of the database's. */
export class Door {
  /** The database that connections get to. */
  clone = '';
  readonly #options: DoorOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: DoorOptions) {
    this.#options = options;
    this.#server = createServer((inside) => this.#greet(inside));
  }

  static async open(socket: string, options: DoorOptions): Promise<Door> {
    const door = new Door(options);
    await once(door.#server.listen(socket), 'listening');
    return door;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Reads the first message, whole. */
  #greet(inside: Socket): void {
    this.#keep(inside);
    let read = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      read = Buffer.concat([read, chunk]);
      if (read.length < 8 || read.length < read.readInt32BE(0)) return;
      const message = read.subarray(0, read.readInt32BE(0));
      read = read.subarray(message.length);
      if (ENCRYPTION.has(message.readInt32BE(4))) {
        inside.write('N');
        return;
      }
      inside.off('data', onData);
      this.#lead(inside, message, read);
    };
    inside.on('data', onData);
  }

  #lead(inside: Socket, message: Buffer, rest: Buffer): void {
    const { host, port, name } = this.#options;
    const first = renamed(message, name, this.clone);
    if (first === undefined) {
      inside.end(refusal(`the check has a clone of the database ${name}, and of no other`));
      return;
    }
    const outside = connect(port, host);
    this.#keep(outside);
    outside.write(first);
    outside.write(rest);
    inside.pipe(outside).pipe(inside);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }
}

/** The start of a connection to another database; undefined where it was to one that is not to be reached. */
function renamed(message: Buffer, from: string, to: string): Buffer | undefined {
  // Whoever wants a statement cancelled names no database.
  if (message.readInt32BE(4) !== VERSION_3) return message;
  const words = message.subarray(8, -2).toString('latin1').split('\0');
  const settings = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    settings.set(words[at] ?? '', words[at + 1] ?? '');
  }
  const wanted = settings.get('database') ?? settings.get('user') ?? '';
  if (Buffer.from(wanted, 'latin1').toString() !== from) return undefined;
  settings.set('database', to);
  const body = [...settings].map(([name, value]) => `${name}\0${value}\0`).join('');
  const start = Buffer.alloc(8);
  start.writeInt32BE(8 + body.length + 1, 0);
  start.writeInt32BE(VERSION_3, 4);
  return Buffer.concat([start, Buffer.from(`${body}\0`, 'latin1')]);
}

/** An error as PostgreSQL sends it. */
function refusal(text: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C3D000\0M${text}\0\0`);
  const start = Buffer.alloc(5);
  start.write('E');
  start.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([start, body]);
}
