// The way from the command to its clone of the database, and to no other.
import type { Socket } from 'node:net';
import { Gate, type ServerAddress } from '../database/gate.ts';

/** Requests that come before the first message: for encryption. They are answered with no. */
const ENCRYPTION = new Set([80_877_103, 80_877_104]);

const VERSION_3 = 196_608;

export interface DoorOptions {
  readonly server: ServerAddress;
  /** The database's name, as the command knows it. */
  readonly name: string;
  /** The database that connections get to. */
  readonly clone: string;
}

/** Passes connections on to the server, with the name of the clone in the place of the database's. */
export function openDoor(socket: string, options: DoorOptions): Promise<Gate> {
  return Gate.open(socket, (inside, gate) => greet(inside, gate, options));
}

/** Reads the first message, whole. */
function greet(inside: Socket, gate: Gate, options: DoorOptions): void {
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
    lead(inside, gate, options, message, read);
  };
  inside.on('data', onData);
}

function lead(
  inside: Socket,
  gate: Gate,
  { server, name, clone }: DoorOptions,
  message: Buffer,
  rest: Buffer,
): void {
  const first = renamed(message, name, clone);
  if (first === undefined) {
    inside.end(refusal(`the check has a clone of the database ${name}, and of no other`));
    return;
  }
  const outside = gate.connect(server);
  outside.write(first);
  outside.write(rest);
  inside.pipe(outside).pipe(inside);
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
