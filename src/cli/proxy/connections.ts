import { Agent, type ClientRequest } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { type Clock, systemClock } from '../../core/clock.ts';

/** What is taken off the time that the upstream says: it may take that long to hear of us. */
const MARGIN_MS = 1000;

/**
 * Kept connections. A request with a key must not be sent on one that the upstream is about to close: nobody
 * could tell whether it had arrived. So a connection is used again for as long as the upstream says that it
 * keeps an idle one. Where it says nothing, it is closed at once: a server that serves one connection at a
 * time would serve nobody else.
 */
export class Connections {
  readonly #agent: Agent;
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** Until when each may be used again. */
  readonly #untilMs = new WeakMap<Socket, number>();

  constructor(isTls: boolean, clock: Pick<Clock, 'monotonic'> = systemClock) {
    this.#agent = new (isTls ? TlsAgent : Agent)({ keepAlive: true, scheduling: 'lifo' });
    this.#clock = clock;
  }

  /** Connects the request that is made at once. */
  choose(): Agent {
    // All are to one upstream.
    const [free = []] = Object.values(this.#agent.freeSockets);
    const next = free.at(-1);
    // The agent passes over those that are destroyed only where all before them are.
    if (next !== undefined && this.#isOld(next)) for (const socket of free) socket.destroy();
    return this.#agent;
  }

  /** Remembers what has to be known of its connection before that is used again. */
  follow(message: ClientRequest): void {
    message.once('socket', (socket) => {
      // The upstream cannot have begun to count before.
      const beganAt = this.#clock.monotonic();
      let untilMs = 0;
      message.once('response', ({ headers }) => {
        untilMs = beganAt + saidMs(headers['keep-alive']);
      });
      // Before the agent gives it to another one.
      message.once('close', () => {
        this.#untilMs.set(socket, untilMs);
        if (this.#isOld(socket)) socket.destroy();
      });
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #isOld(socket: Socket): boolean {
    const isOpen = !socket.destroyed && socket.readable && socket.writable;
    return !isOpen || this.#clock.monotonic() >= (this.#untilMs.get(socket) ?? 0);
  }
}

/** `timeout=5, max=100` */
function saidMs(header: string | string[] | undefined): number {
  const [, seconds = '0'] = /(?:^|[,\s])timeout=(\d+)/iu.exec(String(header ?? '')) ?? [];
  return Number(seconds) * 1000 - MARGIN_MS;
}
