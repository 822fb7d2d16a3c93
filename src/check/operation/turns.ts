// Two runs at once, step by step in an order that is given: `aabbba`, whose step comes next.
import { setImmediate as turn } from 'node:timers/promises';
import type { Turns, Who } from './run.ts';

/** After so long without a step, a run is taken to wait for the other one. */
const BLOCKED_MS = 50;

interface Waiting {
  readonly step: string;
  readonly go: () => void;
}

/** A step that was taken. */
export interface Step {
  readonly who: Who;
  readonly step: string;
}

export function isSchedule(text: unknown): boolean {
  return typeof text === 'string' && /^[ab]+$/u.test(text);
}

/** The order that was really taken. */
export function scheduleOf(steps: readonly Step[]): string {
  return steps.map(({ who }) => who).join('');
}

export class FixedTurns implements Turns {
  readonly steps: Step[] = [];
  readonly #order: Who[];
  readonly #waiting: Readonly<Record<Who, Waiting[]>> = { a: [], b: [] };
  readonly #running = new Set<Who>(['a', 'b']);
  #isPassing = false;

  constructor(schedule: string) {
    this.#order = [...schedule].map((letter) => (letter === 'a' ? 'a' : 'b'));
  }

  take(who: Who, step: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting[who].push({ step, go: resolve });
    void this.#pass();
    return promise;
  }

  leave(who: Who): void {
    this.#running.delete(who);
  }

  /** Lets one step after the other happen while somebody waits for one. */
  async #pass(): Promise<void> {
    if (this.#isPassing) return;
    this.#isPassing = true;
    while (this.#waiting.a.length + this.#waiting.b.length > 0) {
      const who = await this.#next();
      const next = this.#waiting[who].shift();
      if (next === undefined) continue;
      this.steps.push({ who, step: next.step });
      next.go();
      await turn();
    }
    this.#isPassing = false;
  }

  /** Whose turn it is; the other's, where that one has ended, or waits for something else too long. */
  async #next(): Promise<Who> {
    while (this.#order[0] !== undefined && !this.#running.has(this.#order[0])) this.#order.shift();
    const wanted = this.#order[0] ?? (this.#running.has('a') ? 'a' : 'b');
    const other = wanted === 'a' ? 'b' : 'a';
    const until = performance.now() + BLOCKED_MS;
    while (this.#waiting[wanted].length === 0) {
      const isBlocked = !this.#running.has(wanted) || performance.now() > until;
      if (isBlocked && this.#waiting[other].length > 0) return other;
      if (this.#waiting[other].length === 0 && performance.now() > until) return wanted;
      await turn();
    }
    this.#order.shift();
    return wanted;
  }
}

/**
 * The simplest orders, the simplest first: one after the other; one that stops once, at each of its
 * steps, and goes on when the other has ended; and step by step in turn.
 */
export function simpleSchedules(calls: number): string[] {
  const steps = 2 * calls;
  const stops = Array.from({ length: Math.max(steps - 1, 0) }, (_, at) => at + 1);
  // At most so many, spread, where there are many steps.
  const each = Math.ceil(stops.length / MOST);
  const once = stops
    .filter((_, index) => index % each === 0)
    .map((at) => 'a'.repeat(at) + 'b'.repeat(steps) + 'a'.repeat(steps - at));
  return ['a'.repeat(steps) + 'b'.repeat(steps), ...once, 'ab'.repeat(steps)];
}

const MOST = 40;

/** The steps as they are told, a line for each turn: `a: has('o1'), charge('o1') is asked for`. */
export function stepLines(steps: readonly Step[]): string[] {
  const lines: { who: Who; words: string[] }[] = [];
  for (const { who, step } of steps) {
    const line = lines.at(-1);
    const last = line?.words.at(-1);
    const asked = step.replace(/ is answered$/u, ' is asked for');
    if (line?.who !== who) lines.push({ who, words: [step] });
    else if (step !== asked && last === asked)
      line.words.splice(-1, 1, step.replace(/ is answered$/u, ''));
    else line.words.push(step);
  }
  return lines.map(({ who, words }) => `${who}: ${words.join(', ')}`);
}
