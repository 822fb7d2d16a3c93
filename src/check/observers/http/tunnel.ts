// What comes through a tunnel is read all the same, also where it is encrypted.
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Authority } from '../sent/authority.ts';

export interface TunnelOptions {
  readonly authority: Authority;
  /** Gets what can be read. */
  onPlain(connection: Socket, target: string): void;
  /** Hears of whom something was meant for that cannot be read. */
  onUnread(target: string): void;
}

/** `target` is `HOST:PORT`. */
export function openTunnel(connection: Socket, target: string, options: TunnelOptions): void {
  connection.on('error', () => {});
  connection.once('data', (first: Buffer) => {
    const isEncrypted = first[0] === TLS_HANDSHAKE;
    // TLS takes it over when this event is over, and what nobody takes by then is else lost.
    if (isEncrypted) connection.pause();
    connection.unshift(first);
    if (isEncrypted) setImmediate(decrypt, connection, target, options);
    else options.onPlain(connection, target);
  });
}

/** Whoever does not trust our authority says nothing more: that is told, and never taken for nothing. */
function decrypt(
  connection: Socket,
  target: string,
  { authority, onPlain, onUnread }: TunnelOptions,
): void {
  const secureContext = authority.contextFor(target.replace(/:\d+$/u, ''));
  const plain = new TLSSocket(connection, { isServer: true, secureContext });
  plain.on('error', () => {
    onUnread(target);
    connection.destroy();
  });
  onPlain(plain, target);
}

/** The first byte of an encrypted connection: RFC 8446, 5.1. */
const TLS_HANDSHAKE = 22;
