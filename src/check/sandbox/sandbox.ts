import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Cut } from '../observers/http/recorder.ts';
import type { Outbox } from '../observers/sent/outbox.ts';
import type { Sent } from '../observers/sent/sent.ts';
import type { Address } from '../scenarios/address.ts';
import type { Point } from '../scenarios/points.ts';
import { CannotCheck } from './cannot-check.ts';
import { type Told, toldBy } from './effects.ts';
import { bytesOf, collect } from './output.ts';
import type { Processes } from './processes.ts';

/** Where HOME is, in there. */
export const HOME = '/run/runtwice/home';

/** What all runs of a command have in common. */
export interface SandboxOptions {
  /** The helper. */
  readonly helper: string;
  /** Among these it is run. */
  readonly processes: Processes;
  readonly command: readonly string[];
  /** The folder that the command is run in: there it sees a copy. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Further places that it may write to. */
  readonly writable: readonly string[];
  /** Folders that it sees although they are in a place that is hidden. */
  readonly visible: readonly string[];
  readonly timeoutMs: number;
  /** Gets what the command sends. */
  readonly outbox: Outbox;
  /** Sockets by the ports at which the command finds them. */
  readonly relays: Readonly<Record<number, string>>;
}

/** What is asked of one run. */
export interface RunOptions {
  /** The effect that it is killed before, or after. */
  readonly kill?: Point;
  /** So long after the first start there is a second one. */
  readonly againAfterMs?: number;
  /** The disk is full from this effect on, for its kind, or broken at it. */
  readonly fail?: Address & { readonly how: 'full' | 'broken' };
  /** The connection of one of its requests is cut. */
  readonly cut?: Cut;
  /** So much later it is for the command. */
  readonly clockAheadMs?: number;
  /** Variables of this run only. */
  readonly env?: Readonly<Record<string, string>>;
  /** Sockets of this run only, as in those of all. */
  readonly relays?: SandboxOptions['relays'];
}

/** How a run went. */
export interface Run extends Told {
  /** The requests and mails that it sent, in the order in which they came. */
  readonly sent: readonly Sent[];
  /** All requests that came, also those that can be sent again: `GET http://host/path`. */
  readonly requests: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly isTimedOut: boolean;
  readonly elapsedMs: number;
}

/** The helper's own codes: the command was not run. */
const CANNOT = new Set([96, 97, 98]);

/** Runs a command in a copy, where it can reach nothing else. */
export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #signal: AbortSignal | undefined;
  /** How often it ran a command. */
  runs = 0;
  /** Addresses that any of the runs connected to. */
  readonly connects: Set<string> = new Set();

  constructor(options: SandboxOptions, signal?: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** @throws CannotCheck, and what the signal was aborted with. */
  async run(scratch: string, options: RunOptions = {}): Promise<Run> {
    this.#signal?.throwIfAborted();
    const { helper, env, timeoutMs, outbox } = this.#options;
    outbox.begin(options.cut);
    const startedAt = performance.now();
    const child = spawn(helper, this.#args(scratch, options), {
      env: { ...env, ...options.env },
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      ...(this.#signal !== undefined && { signal: this.#signal }),
    });
    const [ended, stdout, stderr, told] = await Promise.all([
      once(child, 'close') as Promise<[number | null]>,
      collect(child.stdout as Readable),
      collect(child.stderr as Readable),
      bytesOf(child.stdio[3] as Readable),
    ]);
    this.runs += options.againAfterMs === undefined ? 1 : 2;
    const { isCut, ...taken } = await outbox.taken();
    const run = { ...toldBy(told.toString()), ...taken, stdout, stderr };
    for (const address of run.connects) this.connects.add(address);
    const wasRun = run.ends.length > 0 || run.isKilled;
    if (!wasRun && CANNOT.has(ended[0] ?? 0))
      throw new CannotCheck(`the machine cannot keep a command apart: ${stderr.trim()}`);
    const isTimedOut = !wasRun && child.killed;
    const isFailed = run.isFailed || isCut;
    return { ...run, isFailed, isTimedOut, elapsedMs: performance.now() - startedAt };
  }

  #args(scratch: string, options: RunOptions): string[] {
    const { folder, visible, writable, command, processes } = this.#options;
    const relays = { ...this.#options.relays, ...options.relays };
    return [
      ...['--isolate', '--processes-of', String(processes.pid)],
      ...['--scratch', scratch, '--at', folder, '--home', HOME, '--events', '3'],
      ...Object.entries(relays).flatMap(([port, socket]) => ['--relay', `${port}=${socket}`]),
      ...visible.flatMap((path) => ['--visible', path]),
      ...writable.flatMap((path) => ['--writable', path]),
      ...askedOf(options),
      '--',
      ...command,
    ];
  }
}

function askedOf({ kill, fail, againAfterMs, clockAheadMs }: RunOptions): string[] {
  return [
    ...(kill === undefined ? [] : ['--kill', kill.when, ...addressArgs(kill)]),
    ...(fail === undefined ? [] : ['--fail', fail.how, ...addressArgs(fail)]),
    ...(againAfterMs === undefined ? [] : ['--again-after', String(againAfterMs)]),
    ...(clockAheadMs === undefined ? [] : ['--clock-ahead', String(clockAheadMs / 1000)]),
  ];
}

function addressArgs({ name, path, nth }: Address): string[] {
  return ['--effect', name, '--path', path, '--nth', String(nth)];
}
