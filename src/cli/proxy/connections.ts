import { Agent, type ClientRequest } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { type Clock, systemClock } from '../../core/clock.ts';

/** What is taken off the time that the upstream says: it may take that long to hear of us. */
const MARGIN_MS = 1000;

/** Where it says nothing: the usual servers keep an idle connection for 2 s or more. */
const UNSAID_MS = 500;

/** The last request on a connection. */
interface Use {
  /** The upstream cannot have begun to count before. */
  readonly beganAt: number;
  /** Undefined while it is under way. */
  idleSince: number | undefined;
  /** For how long the upstream says it keeps an idle connection, less the margin. */
  saidMs: number | undefined;
}

/**
 * Kept connections for requests that must not be sent on one that the upstream is about to close: nobody
 * could tell whether they had arrived. A connection is used again while the upstream has no reason to close
 * it: for as long as it says itself or, where it says nothing, for a short time, and not before it was seen
 * to keep an idle one for as long, and to close none before.
 */
export class Connections {
  readonly #agent: Agent;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #uses = new WeakMap<Socket, Use>();
  /** Whether an upstream that says nothing was seen to keep one. */
  #isProven = false;
  /** When it last closed one that had just become idle. */
  #lostAt = Number.NEGATIVE_INFINITY;

  constructor(isTls: boolean, clock: Pick<Clock, 'monotonic'> = systemClock) {
    this.#agent = new (isTls ? TlsAgent : Agent)({
      keepAlive: true,
      // What the agent closes itself would be taken for closed by the upstream.
      maxFreeSockets: Number.POSITIVE_INFINITY,
      scheduling: 'lifo',
    });
    this.#clock = clock;
  }

  /** By whom the request is connected that is made at once; false: by a connection of its own. */
  choose(): Agent | false {
    // All are to one upstream.
    const [free = []] = Object.values(this.#agent.freeSockets);
    const next = free.at(-1);
    if (next === undefined) return this.#agent;
    this.#isProven ||= this.#hasLasted(free[0]);
    const use = isOpen(next) ? this.#uses.get(next) : undefined;
    // One is left idle, to see whether it stays open.
    if (use !== undefined && this.#limitMs(use) === undefined) return false;
    // The agent passes over those that are destroyed only where all before them are.
    if (use === undefined || this.#isOld(use)) for (const socket of free) this.#drop(socket);
    return this.#agent;
  }

  /** Remembers what has to be known of its connection before that is used again. */
  follow(message: ClientRequest): void {
    message.once('socket', (socket) => {
      if (!this.#uses.has(socket)) socket.once('close', () => this.#lost(socket));
      const beganAt = this.#clock.monotonic();
      const use: Use = { beganAt, idleSince: undefined, saidMs: undefined };
      this.#uses.set(socket, use);
      message.once('response', ({ headers }) => {
        use.saidMs = saidMs(headers['keep-alive']);
      });
      message.once('close', () => {
        if (this.#isOld(use) || !message.shouldKeepAlive) this.#drop(socket);
        else use.idleSince = this.#clock.monotonic();
      });
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #limitMs({ saidMs }: Use): number | undefined {
    return saidMs ?? (this.#isProven ? UNSAID_MS : undefined);
  }

  #isOld(use: Use): boolean {
    return this.#clock.monotonic() - use.beganAt >= (this.#limitMs(use) ?? UNSAID_MS);
  }

  #hasLasted(socket: Socket | undefined): boolean {
    if (socket === undefined || !isOpen(socket)) return false;
    const since = this.#uses.get(socket)?.idleSince ?? Number.POSITIVE_INFINITY;
    return since > this.#lostAt && this.#clock.monotonic() - since >= UNSAID_MS;
  }

  /** Ends it from here, which is no loss. */
  #drop(socket: Socket): void {
    if (isOpen(socket)) this.#uses.delete(socket);
    socket.destroy();
  }

  #lost(socket: Socket): void {
    const since = this.#uses.get(socket)?.idleSince;
    const now = this.#clock.monotonic();
    if (since === undefined || now - since >= UNSAID_MS) return;
    this.#isProven = false;
    this.#lostAt = now;
  }
}

function isOpen({ destroyed, readable, writable }: Socket): boolean {
  return !destroyed && readable && writable;
}

/** `timeout=5, max=100` */
function saidMs(header: string | string[] | undefined): number | undefined {
  const [, seconds] = /(?:^|[,\s])timeout=(\d+)/iu.exec(String(header ?? '')) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000 - MARGIN_MS;
}
