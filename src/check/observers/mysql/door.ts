// The way from the command to the server, as the user who has rights on one clone only, and as nobody else.
import type { Socket } from 'node:net';
import { Gate, type ServerAddress } from '../database/gate.ts';

/** What the server may not offer, so that what is sent can be read: compression, encryption. */
const COMPRESS = 0x20;
const ENCRYPT = 0x800;
const COMPRESS_ZSTD = 0x4_00_00_00;
const PROTOCOL_41 = 0x200;

const CHANGE_USER = 0x11;

export function openDoor(socket: string, server: ServerAddress, user: string): Promise<Gate> {
  return Gate.open(socket, (inside, gate) => {
    const outside = gate.connect(server);
    // What it has said by then is still passed on.
    outside.once('close', () => inside.destroySoon());
    greet(inside, outside);
    guard(inside, outside, user);
  });
}

/** The server speaks first. */
function greet(inside: Socket, outside: Socket): void {
  let read = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    read = Buffer.concat([read, chunk]);
    if (read.length < 4 || read.length < 4 + read.readUIntLE(0, 3)) return;
    outside.off('data', onData);
    inside.write(withoutOffers(read));
    outside.pipe(inside);
  };
  outside.on('data', onData);
}

/** After the version, which is a text, come 13 bytes, and what the server can do. */
function withoutOffers(greeting: Buffer): Buffer {
  const isGreeting = greeting[4] === 10;
  const lower = greeting.indexOf(0, 5) + 14;
  if (!isGreeting || greeting.length < lower + 7) return greeting;
  const plain = Buffer.from(greeting);
  plain.writeUInt16LE(plain.readUInt16LE(lower) & ~(COMPRESS | ENCRYPT), lower);
  const upper = lower + 5;
  plain.writeUInt16LE(plain.readUInt16LE(upper) & ~(COMPRESS_ZSTD >> 16), upper);
  return plain;
}

/** Passes on what is sent, packet for packet, but for what would make it another user. */
function guard(inside: Socket, outside: Socket, user: string): void {
  let read = Buffer.alloc(0);
  let passing = 0;
  let isGreeted = false;
  inside.on('end', () => outside.end());
  outside.on('drain', () => inside.resume());
  inside.on('data', (chunk: Buffer) => {
    read = Buffer.concat([read, chunk]);
    for (;;) {
      const part = read.subarray(0, passing);
      passing -= part.length;
      read = read.subarray(part.length);
      if (part.length > 0 && !outside.write(part)) inside.pause();
      if (passing > 0 || read.length < 4) return;
      const length = read.readUIntLE(0, 3);
      if (length > 0 && read.length < 5) return;
      const isLogin = !isGreeted || (read[3] === 0 && length > 0 && read[4] === CHANGE_USER);
      if (isLogin && read.length < 4 + length) return;
      const packet = read.subarray(0, 4 + length);
      if (isLogin && userIn(packet, isGreeted) !== user) {
        refuse(inside, outside, (packet[3] ?? 0) + 1);
        return;
      }
      isGreeted = true;
      passing = 4 + length;
    }
  });
}

/** Whom a login is of; undefined where it is one that is not to be passed on. */
function userIn(packet: Buffer, isChange: boolean): string | undefined {
  if (isChange) return textAt(packet, 5);
  if (packet.length < 37) return undefined;
  const flags = packet.readUInt32LE(4);
  const isPlain =
    (flags & PROTOCOL_41) !== 0 && (flags & (COMPRESS | ENCRYPT | COMPRESS_ZSTD)) === 0;
  return isPlain ? textAt(packet, 36) : undefined;
}

function textAt(packet: Buffer, at: number): string {
  return packet.toString('utf8', at, packet.indexOf(0, at));
}

function refuse(inside: Socket, outside: Socket, sequence: number): void {
  outside.unpipe(inside);
  inside.removeAllListeners('data');
  inside.end(refusal(sequence), () => outside.destroy());
}

/** An error as the server sends it. */
function refusal(sequence: number): Buffer {
  const text = 'the check lets it in as the user of its clone only, and without encryption';
  const body = Buffer.from(`\u00ff\u0015\u0004#28000${text}`, 'latin1');
  const start = Buffer.alloc(4);
  start.writeUIntLE(body.length, 0, 3);
  start.writeUInt8(sequence & 0xff, 3);
  return Buffer.concat([start, body]);
}
