import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Duration, durationMs } from '../core/duration.ts';
import { RuntwiceError } from '../core/errors.ts';
import {
  type CheckedDatabase,
  type SettledDatabase,
  settledDatabases,
} from './observers/database/kinds.ts';
import { type Ignored, IgnoredPaths } from './observers/files/ignored.ts';
import { AllowedHosts } from './observers/http/allowed.ts';
import { checkedAnswers, type RequestAnswer } from './observers/http/answers.ts';
import { BY_DEFAULT, SCENARIOS, type Scenario } from './report.ts';
import { parseAddress } from './scenarios/address.ts';
import { type Fault, parseFault } from './scenarios/fault.ts';
import type { Point } from './scenarios/points.ts';

export interface CheckOptions {
  /** The folder that the command is run in, as a copy; default the current one. */
  folder?: string;
  /** What to ask; default `twice`, `together` and `interrupted`. */
  only?: readonly Scenario[];
  /** Asks for `another day`, too; default false. */
  clock?: boolean;
  /** Asks for `faults`, too; default false. */
  faults?: boolean;
  /** After so long no further kill is begun; default 30 s. */
  budget?: Duration;
  /** Kills at every moment, and has all fail, whatever the budget is. */
  exhaustive?: boolean;
  /** A run that takes longer is ended; default 60 s. */
  timeout?: Duration;
  /** Variables that the command gets although they look like a service or a secret. */
  env?: readonly string[];
  /**
   * Runs it also where this machine cannot keep it apart: in a copy, with a home of its own, but with all of
   * the machine and its network in its reach, and never found safe; default false: nothing is run there.
   */
  unisolated?: boolean;
  /** Places outside of the folder that it may write to; they are not copied. */
  writable?: readonly string[];
  /** Folders in `/tmp` or `/run`, which are hidden, that it is to see; that of the program itself is seen. */
  visible?: readonly string[];
  /** Databases that the command gets clones of. */
  databases?: readonly CheckedDatabase[];
  /** How requests are answered, the first that fits; default, and of all others, 200 with `{"ok":true}`. */
  answers?: readonly RequestAnswer[];
  /**
   * `HOST` or `HOST:PORT` to which requests really go out, with every run, also of those that are killed;
   * default none.
   */
  allow?: readonly string[];
  /**
   * Variables in which the command gets the address of the mail server of the check, beside the well-known
   * ones that are set, such as `SMTP_HOST`.
   */
  mail?: readonly string[];
  /** Paths that do not count, each with the reason; how many there were is in the report. */
  ignore?: readonly Ignored[];
  /** Kills only before, or after, this effect, as reports name it: `write out/a.txt #2`. */
  killBefore?: string;
  killAfter?: string;
  /** Has only that fail, as reports name it: `ENOSPC write out/a.txt #2`, `EIO …`, `cut-before 1`. */
  fault?: string;
  /** Ends the check. */
  signal?: AbortSignal;
  /** Hears what is done next. */
  onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly scenario: Scenario | 'first run';
  /** Of so many kills, how many are done. */
  readonly tried?: number;
  readonly found?: number;
}

function pointOf({ killBefore, killAfter }: CheckOptions, folder: string): Point | undefined {
  const text = killBefore ?? killAfter;
  if (text === undefined) return undefined;
  const address = parseAddress(text, folder);
  return { ...address, when: killBefore === undefined ? 'after' : 'before', text };
}

/** One moment or one fault again, or what was asked for. */
function wantedOf(options: CheckOptions, { point, fault }: Pick<Settled, 'point' | 'fault'>) {
  if (point !== undefined) return ['interrupted'] as const;
  if (fault !== undefined) return ['faults'] as const;
  const { only = BY_DEFAULT, clock = false, faults = false } = options;
  return [
    ...only,
    ...(clock ? ['another day' as const] : []),
    ...(faults ? ['faults' as const] : []),
  ];
}

/** Unless another is given. */
export const TIMEOUT: Duration = '60s';

/** What the options come to, checked. */
export interface Settled {
  readonly folder: string;
  readonly timeoutMs: number;
  readonly budgetMs: number;
  readonly ignored: IgnoredPaths;
  readonly point: Point | undefined;
  readonly fault: Fault | undefined;
  readonly wanted: readonly Scenario[];
  readonly answers: readonly RequestAnswer[] | undefined;
  readonly allowed: AllowedHosts;
  readonly databases: readonly SettledDatabase[];
}

/** @throws ERR_RUNTWICE_INVALID_ARGUMENT where one cannot be used. */
export function settled(command: readonly string[], options: CheckOptions): Settled {
  requireCommand(command, options);
  for (const name of options.mail ?? []) requireVariable(name);
  const folder = folderOf(options);
  const only = {
    point: pointOf(options, folder),
    fault: options.fault === undefined ? undefined : parseFault(options.fault, folder),
  };
  return {
    ...only,
    wanted: wantedOf(options, only),
    folder,
    timeoutMs: durationMs(options.timeout ?? TIMEOUT, 'timeout'),
    budgetMs: options.exhaustive
      ? Number.POSITIVE_INFINITY
      : durationMs(options.budget ?? '30s', 'budget'),
    ignored: new IgnoredPaths(options.ignore ?? []),
    answers: options.answers && checkedAnswers(options.answers),
    allowed: new AllowedHosts(options.allow ?? []),
    databases: settledDatabases(options.databases ?? []),
  };
}

/** @throws where there is nothing to run, or to ask. */
function requireCommand(command: readonly string[], { only = BY_DEFAULT }: CheckOptions): void {
  const isCommand = Array.isArray(command) && command.every((word) => typeof word === 'string');
  if (!isCommand || !command[0]) {
    throw new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', 'the command is no list of words', {
      fix: "Nothing was run. Give the program and its arguments: ['cp', '-n', 'a', 'b'].",
    });
  }
  if (only.length > 0 && only.every((one) => SCENARIOS.includes(one))) return;
  throw new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', `there is no scenario ${only.join()}`, {
    fix: `Nothing was run. Give some of ${SCENARIOS.join()}.`,
  });
}

function requireVariable(name: string): void {
  if (/^[A-Za-z_]\w*$/u.test(name)) return;
  const what = `${JSON.stringify(name)} is no variable`;
  throw new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', what, {
    fix: 'Nothing was run. Give the name of the variable that has the address of its mail server.',
  });
}

function folderOf({ folder = '.' }: CheckOptions): string {
  const path = resolve(folder);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', `${path} is no folder`, {
    fix: 'Nothing was run. Give the folder that the command is to be run in.',
  });
}
