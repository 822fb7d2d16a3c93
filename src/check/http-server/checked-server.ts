// The server under check: started, killed, asked, and its effects counted.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CannotCheck } from '../sandbox/cannot-check.ts';
import { accepts } from './accepts.ts';
import { isNotNow, reasonOf, retryAfterMs } from './answers.ts';
import { type Answered, type Came, type Exchange, exchange } from './exchange.ts';
import type { RunningServer, ServerRequest, SettledServer, StartServer } from './options.ts';

/** What is sent with it. */
export interface Sending {
  /** Without one it is sent without a key. */
  readonly key?: string | undefined;
  readonly isOtherUser?: boolean;
  readonly isOtherBody?: boolean;
  /** Its body is held until then. */
  readonly release?: Promise<void> | undefined;
}

const ENDING_MS = 100;

export class CheckedServer {
  readonly how: SettledServer;
  readonly #start: StartServer;
  #running: RunningServer | undefined;
  #counted = 0;
  starts = 0;
  /** How often it ended by itself. */
  falls = 0;
  name: readonly string[] = ['an HTTP server'];
  /** What it says while a key is being worked on. */
  readonly busyReasons: Set<string> = new Set();

  constructor(start: StartServer, how: SettledServer) {
    this.#start = start;
    this.how = how;
  }

  async start(): Promise<void> {
    this.how.signal?.throwIfAborted();
    const running = await this.#start();
    this.#running = running;
    this.starts++;
    this.name = running.command ?? [String(running.url)];
  }

  async kill(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.kill();
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** Starts it again where it ended by itself. */
  async revive(): Promise<void> {
    if (await accepts(this.#url())) return;
    this.falls++;
    await this.restart();
  }

  newKey(): string {
    return this.how.keyValue(randomUUID());
  }

  send(request: ServerRequest, { key, isOtherUser, isOtherBody, release }: Sending): Exchange {
    const { method = 'POST', path, headers } = request;
    const { users, keyHeader, timeoutMs, signal } = this.how;
    signal?.throwIfAborted();
    const { bytes, type } = bytesOf(isOtherBody === true ? request.otherBody : request.body);
    return exchange({
      method,
      url: new URL(path, this.#url()),
      headers: {
        ...type,
        'content-length': String(bytes.length),
        ...users[isOtherUser === true ? 1 : 0],
        ...headers,
        ...(key !== undefined && { [keyHeader]: key }),
      },
      body: bytes,
      timeoutMs,
      release,
    });
  }

  /** Sends it again while the server says that it is not now; at most so long. */
  async insist(request: ServerRequest, sending: Sending, withinMs: number): Promise<Came> {
    const late = performance.now() + withinMs;
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1000)) {
      const came = await this.send(request, sending).came;
      const leftMs = late - performance.now();
      if (!isNotNow(came) || leftMs <= 0 || this.isFinal(came)) return came;
      await delay(Math.min(retryAfterMs(came) ?? pauseMs, leftMs));
    }
  }

  /** Whether a refusal says something other than what it says while the key is being worked on. */
  isFinal(came: Answered): boolean {
    const { text, isNamed } = reasonOf(came);
    return this.busyReasons.size > 0 ? !this.busyReasons.has(text) : isNamed;
  }

  /** How many effects there were until now. */
  async effects(): Promise<number> {
    const number = await this.#count();
    if (!Number.isInteger(number))
      throw new CannotCheck(`effects gave ${number}, which is no number`);
    if (number < this.#counted) {
      throw new CannotCheck(
        `effects went from ${this.#counted} to ${number}: what it counts has to survive a kill`,
      );
    }
    this.#counted = number;
    return number;
  }

  /** The same, when no more come. */
  async settledEffects(): Promise<number> {
    for (let before = await this.effects(); ; ) {
      await delay(this.how.settleMs);
      const now = await this.effects();
      if (now === before) return now;
      before = now;
    }
  }

  async #count(): Promise<number> {
    await this.revive();
    try {
      return await this.how.effects(this.#url());
    } catch (error) {
      // It may have been about to end.
      await delay(ENDING_MS);
      if (await accepts(this.#url())) {
        throw new CannotCheck(`effects failed: ${error instanceof Error ? error.message : error}`);
      }
      return this.#count();
    }
  }

  #url(): URL {
    if (this.#running === undefined) throw new CannotCheck('the server does not run');
    return new URL(this.#running.url);
  }
}

function bytesOf(body: unknown): { bytes: Uint8Array; type?: Record<string, string> } {
  if (body === undefined) return { bytes: new Uint8Array() };
  if (body instanceof Uint8Array) return { bytes: body };
  if (typeof body === 'string') return { bytes: Buffer.from(body) };
  return { bytes: Buffer.from(JSON.stringify(body)), type: { 'content-type': 'application/json' } };
}

/** Sends it with a key that nobody had: a kill, or another question, may have lost the one before. */
export async function anew<Sent extends { request: ServerRequest }>(
  server: CheckedServer,
  first: Sent,
): Promise<Sent & { key: string; came: Came }> {
  const key = server.newKey();
  const { came } = server.send(first.request, { key });
  return { ...first, key, came: await came };
}

/** How reports call it. */
export function requestText({ method = 'POST', path }: ServerRequest): string {
  return `${method} ${path}`;
}
