import type { LedgerEvent } from '../../src/once/events.ts';
import type { Ledger } from '../../src/once/ledger.ts';
import type { Settled } from '../../src/once/result.ts';
import { checkCalls } from './check.ts';
import type { Code } from './code.ts';
import { Effects, type Result } from './effects.ts';
import { History } from './history.ts';
import { storeOver, type Weather } from './network.ts';
import {
  CALM_AT,
  KEEP_MS,
  LEASE_MS,
  makePlan,
  type Plan,
  type Policy,
  REMEMBER_MS,
} from './plan.ts';
import { Random } from './random.ts';
import { type Actor, World } from './world.ts';

/** How one call ended, as far as its process lived to see it. */
export interface CallLog {
  readonly key: string;
  readonly policy: Policy;
  readonly input: number;
  readonly actor: Actor;
  /** Set by the last calls, which see a world that is calm again. */
  readonly phase: 'storm' | 'calm' | 'late';
  settled?: Settled<Result>;
}

/** What a schedule came to. */
export interface Story {
  readonly plan: Plan;
  readonly calls: readonly CallLog[];
  readonly effects: Effects;
  /** Keys whose end could not be saved at once. */
  readonly delayed: ReadonlySet<string>;
}

interface Process {
  readonly actor: Actor;
  readonly ledger: Ledger;
}

const EPOCH = 1_700_000_000_000;

/** Runs the schedule that the seed stands for; returns what it broke. */
export async function runSchedule(code: Code, seed: number): Promise<string[]> {
  const random = new Random(seed);
  const schedule = new Schedule(code, makePlan(random), new World(random));
  try {
    return await schedule.run();
  } catch (error) {
    return [String(error)];
  }
}

class Schedule {
  readonly #code: Code;
  readonly #plan: Plan;
  readonly #world: World;
  readonly #effects: Effects;
  readonly #history: History;
  readonly #calls: CallLog[] = [];
  readonly #delayed = new Set<string>();
  readonly #weather: Weather;
  readonly #store;
  #jumpedMs = 0;
  #owners = 0;

  constructor(code: Code, plan: Plan, world: World) {
    this.#code = code;
    this.#plan = plan;
    this.#world = world;
    this.#weather = { lossy: plan.lossy, slow: plan.slow };
    this.#effects = new Effects(world, code, plan.fates);
    const now = (): number => EPOCH + world.now + this.#jumpedMs;
    this.#store = code.memory.memoryStore({ clock: { now, monotonic: () => world.now } });
    this.#history = new History(this.#store, world, (id) => this.#policyOf(id));
    this.#history.storeNow = now;
  }

  async run(): Promise<string[]> {
    const plan = this.#plan;
    const processes = Array.from({ length: plan.processes }, (_, index) => this.#start(index));
    this.#planFaults(processes);
    for (const { at, process, key, input, waitMs } of plan.calls) {
      const caller = processes[process];
      this.#world.after(
        at,
        caller?.actor,
        () => caller && this.#call(caller, key, input, waitMs, 'storm'),
      );
    }
    await this.#world.runUntil(CALM_AT);
    Object.assign(this.#weather, { lossy: 0, slow: 0 });
    const last = this.#start(plan.processes);
    await this.#world.runUntil(CALM_AT + 22_000);
    await this.#askAgain(last, 'calm', CALM_AT + 26_000);
    // Long after the results were dropped, and shortly before the first key may be forgotten.
    await this.#world.runUntil(KEEP_MS + REMEMBER_MS - 10_000 - this.#jumpedMs);
    await this.#history.purge(this.#ids());
    await this.#askAgain(last, 'late', KEEP_MS + REMEMBER_MS - 5000 - this.#jumpedMs);
    return [...this.#history.violations, ...checkCalls(this.#story())];
  }

  #story(): Story {
    return {
      plan: this.#plan,
      calls: this.#calls,
      effects: this.#effects,
      delayed: this.#delayed,
    };
  }

  async #askAgain(process: Process, phase: 'calm' | 'late', until: number): Promise<void> {
    for (const key of this.#plan.keys.keys()) this.#call(process, key, 0, 2000, phase);
    await this.#world.runUntil(until);
  }

  #start(index: number): Process {
    const actor: Actor = { name: `process ${index}`, isDead: false, stoppedUntil: 0 };
    const host = `host-${index % this.#plan.hosts}`;
    const store = storeOver(this.#world, actor, this.#history, this.#store, this.#weather);
    const options = {
      store,
      namespace: 'sim',
      keep: KEEP_MS,
      remember: REMEMBER_MS,
      lease: LEASE_MS,
      onEvent: (event: LedgerEvent) => {
        if (event.type === 'warning' && event.warning === 'save-delayed')
          this.#delayed.add(event.key);
      },
    };
    const surroundings = {
      clock: { now: () => EPOCH + this.#world.now, monotonic: () => this.#world.now },
      timers: {
        after: (ms: number, run: () => void) => this.#world.after(ms, actor, run),
      },
      newOwner: () => `${host}/${index}/${++this.#owners}`,
      isOwnerAlive: (owner: string) => this.#isAlive(owner, host),
    };
    this.#actors.set(`${host}/${index}`, actor);
    return { actor, ledger: new this.#code.ledger.Ledger(options, surroundings) };
  }

  readonly #actors = new Map<string, Actor>();

  #isAlive(owner: string, host: string): boolean | undefined {
    const [itsHost, index] = owner.split('/');
    if (itsHost !== host) return undefined;
    return this.#actors.get(`${itsHost}/${index}`)?.isDead === false;
  }

  #planFaults(processes: readonly Process[]): void {
    const { crashes, stops, jumps, purges, resolves } = this.#plan;
    for (const { at, process } of crashes) {
      const actor = processes[process]?.actor;
      this.#world.after(at, actor, () => actor && Object.assign(actor, { isDead: true }));
    }
    for (const { at, process, ms } of stops) {
      const actor = processes[process]?.actor;
      this.#world.after(at, actor, () => actor && Object.assign(actor, { stoppedUntil: at + ms }));
    }
    for (const { at, ms } of jumps) {
      this.#world.after(at, undefined, () => {
        this.#jumpedMs += ms;
      });
    }
    for (const at of purges) {
      this.#world.after(at, undefined, () => void this.#history.purge(this.#ids()));
    }
    for (const at of resolves) this.#world.after(at, undefined, () => void this.#resolve());
  }

  /** A person who sees the world, and knows when nobody is at it. */
  async #resolve(): Promise<void> {
    for (const { key } of this.#plan.keys) {
      const reply = await this.#store.read(this.#idOf(key));
      if (reply === undefined || this.#effects.isUnderway(key)) continue;
      const { state, owner, fingerprint, leaseUntil } = reply.record;
      const isUnknown = state === 'unknown' || (state === 'running' && leaseUntil <= reply.now);
      if (!isUnknown || this.#isOwnerThere(owner)) continue;
      const looked = this.#effects.look(key);
      const person = `person/0/${++this.#owners}`;
      const times = { leaseMs: LEASE_MS, keepMs: KEEP_MS, rememberMs: REMEMBER_MS };
      const id = this.#idOf(key);
      this.#history.isResolving = true;
      const takeover = { owner, evenIfLeased: true };
      await this.#history.claim({ id, fingerprint, owner: person, takeover, ...times });
      this.#history.isResolving = false;
      const result = {
        codec: 'json',
        text: JSON.stringify(looked !== 'unknown' && looked.happened ? looked.value : null),
      };
      const end =
        looked !== 'unknown' && looked.happened
          ? ({ state: 'done', result } as const)
          : ({ state: 'released' } as const);
      await this.#history.update({ id, owner: person, progress: '', ...end });
    }
  }

  #isOwnerThere(owner: string): boolean {
    const [host, index] = owner.split('/');
    return this.#actors.get(`${host}/${index}`)?.isDead === false;
  }

  #call(
    { actor, ledger }: Process,
    index: number,
    input: number,
    waitMs: number,
    phase: CallLog['phase'],
  ): void {
    const { key, policy } = this.#plan.keys[index] ?? { key: 'none', policy: 'stop' };
    const log: CallLog = { key, policy, input, actor, phase };
    this.#calls.push(log);
    const act = (attempt: Parameters<Effects['act']>[2], name = key) =>
      this.#effects.act(name, actor, attempt, this.#weather.slow);
    const options = {
      steps: policy === 'steps',
      ifInterrupted:
        policy === 'look' ? () => this.#effects.look(key) : policy === 'rerun' ? 'rerun' : 'stop',
    } as const;
    const operation = ledger.operation(
      policy,
      async (_input: number, attempt): Promise<Result> => {
        if (policy !== 'steps') return act(attempt);
        await attempt.step('first', () => act(attempt, `${key} first`), { ifInterrupted: 'rerun' });
        return attempt.step('second', () => act(attempt));
      },
      options,
    );
    void operation.settle(input, { key, wait: waitMs }).then(
      (settled) => {
        log.settled = settled;
      },
      (error: unknown) => {
        log.settled = { outcome: 'failed', error };
      },
    );
  }

  #ids(): string[] {
    return this.#plan.keys.map(({ key }) => this.#idOf(key));
  }

  #idOf(key: string): string {
    const policy = this.#plan.keys.find((one) => one.key === key)?.policy ?? 'stop';
    return `sim//${policy}/${key}`;
  }

  #policyOf(id: string): Policy {
    return this.#plan.keys.find(({ key }) => this.#idOf(key) === id)?.policy ?? 'stop';
  }
}
