import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sent } from './sent.ts';

/** So many milliseconds at least may what was sent take to come in, when the command has ended. */
const MAX_WAITS = 2000;

/** What has come in at the servers of a check, in its order. */
export class Arrivals {
  readonly #connections = new Set<Duplex>();
  readonly #work = new Set<Promise<void>>();
  #sent: Sent[] = [];

  /** More may come by that connection until it is closed. */
  watch(connection: Duplex): void {
    this.#connections.add(connection);
    connection.on('close', () => this.#connections.delete(connection));
  }

  /** More may come until that is done. */
  during(work: Promise<void>): void {
    const done = work.finally(() => this.#work.delete(done));
    this.#work.add(done);
  }

  add(sent: readonly Sent[]): void {
    this.#sent.push(...sent);
  }

  /** What was sent since it was asked last, once all of it has come in. */
  async taken(): Promise<Sent[]> {
    const isOpen = () => this.#connections.size + this.#work.size > 0;
    for (let waits = 0; isOpen() && waits < MAX_WAITS; waits++) await delay(1);
    for (const connection of this.#connections) connection.destroy();
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }
}
