// What native/relay.c does in a network of its own, on that of the machine.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { MAIL_PORTS } from '../observers/mail/ports.ts';
import { CannotCheck } from './cannot-check.ts';

/** So long what a command sent at its end may take to arrive. */
const LAST_MS = 1000;

const MAIL: readonly number[] = MAIL_PORTS;

/** Passes on what is sent to ports of this machine to sockets. */
export class HostRelays {
  /** Ports of mail servers that somebody else has, or that an ordinary user may not have. */
  readonly missing: number[] = [];
  readonly #servers: Server[] = [];
  readonly #open = new Set<Socket>();

  /** @throws CannotCheck where one that is none of mail servers cannot be had. */
  static async open(relays: Readonly<Record<number, string>>): Promise<HostRelays> {
    const all = new HostRelays();
    for (const [port, socket] of Object.entries(relays)) {
      if (await all.#listen(Number(port), socket)) continue;
      all.missing.push(Number(port));
      if (MAIL.includes(Number(port))) continue;
      await all.close();
      throw new CannotCheck(
        `port ${port} of this machine is taken, as by another check that runs unisolated`,
      );
    }
    return all;
  }

  async #listen(port: number, socket: string): Promise<boolean> {
    const server = createServer({ allowHalfOpen: true }, (inside) => this.#pass(inside, socket));
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening');
      this.#servers.push(server);
      return true;
    } catch {
      return false;
    }
  }

  #pass(inside: Socket, socket: string): void {
    const outside = connect({ path: socket, allowHalfOpen: true });
    inside.pipe(outside).pipe(inside);
    const each = (one: Socket, other: Socket) => {
      this.#open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#open.delete(one);
        if (!one.readableEnded) other.destroy();
      });
    };
    each(inside, outside);
    each(outside, inside);
  }

  /** When nobody sends any more: until all that was sent has been passed on. */
  async settled(): Promise<void> {
    // What was connected by now is taken between two turns.
    await turn();
    await turn();
    const late = performance.now() + LAST_MS;
    while (this.#open.size > 0 && performance.now() < late) await turn();
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await Promise.all(this.#servers.map((server) => once(server.close(), 'close')));
  }
}
