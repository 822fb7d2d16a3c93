import type { Random } from './random.ts';

/** A process of the simulated world: it can be killed, and stopped for a while. */
export interface Actor {
  readonly name: string;
  isDead: boolean;
  /** It does nothing until then. */
  stoppedUntil: number;
}

/** A schedule has some hundred events; one with so many has no end. */
const MAX_EVENTS = 50_000;

interface Event {
  at: number;
  readonly order: number;
  readonly actor: Actor | undefined;
  readonly run: () => void;
}

/** Time, and all that is going to happen. What happens at the same time, happens in random order. */
export class World {
  now = 0;
  readonly random: Random;
  #events: Event[] = [];
  #order = 0;
  #count = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** Calls back later, unless the actor is dead by then; returns what calls it off. */
  after(ms: number, actor: Actor | undefined, run: () => void): () => void {
    const order = this.random.next() + this.#order++ * 1e-9;
    const event = { at: this.now + Math.max(0, ms), order, actor, run };
    this.#events.push(event);
    return () => {
      this.#events = this.#events.filter((other) => other !== event);
    };
  }

  /** Lets everything happen until then; between two events all promises get their turn. */
  async runUntil(end: number): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      const event = this.#takeNext(end);
      if (event === undefined) break;
      if (++this.#count > MAX_EVENTS) throw new Error(`it goes on without end (at ${this.now} ms)`);
      this.now = event.at;
      event.run();
    }
    this.now = Math.max(this.now, end);
  }

  #takeNext(end: number): Event | undefined {
    for (;;) {
      const event = this.#earliest();
      if (event === undefined || event.at > end) return undefined;
      this.#events.splice(this.#events.indexOf(event), 1);
      const { actor } = event;
      if (actor?.isDead) continue;
      if (actor === undefined || actor.stoppedUntil <= event.at) return event;
      event.at = actor.stoppedUntil;
      this.#events.push(event);
    }
  }

  #earliest(): Event | undefined {
    let first: Event | undefined;
    for (const event of this.#events) {
      const isFirst =
        first === undefined ||
        event.at < first.at ||
        (event.at === first.at && event.order < first.order);
      if (isFirst) first = event;
    }
    return first;
  }
}
