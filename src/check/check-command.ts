import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Duration, durationMs } from '../core/duration.ts';
import { RuntwiceError } from '../core/errors.ts';
import { nativeHelper } from './native.ts';
import { notesOf, unobservedBy } from './observe.ts';
import { readManifest } from './observers/files/manifest.ts';
import { noiseOf } from './observers/files/noise.ts';
import { PROXY_ENV, Recorder } from './observers/http/recorder.ts';
import {
  type CheckReport,
  SCENARIOS,
  type Scenario,
  type ScenarioReport,
  scenarioReport,
  verdictOf,
} from './report.ts';
import { environmentOf } from './sandbox/environment.ts';
import { CannotIsolate, HOME, Sandbox } from './sandbox/sandbox.ts';
import { Scratch } from './sandbox/scratch.ts';
import { interrupted } from './scenarios/interrupted.ts';
import type { Point } from './scenarios/points.ts';
import { together } from './scenarios/together.ts';
import { twice } from './scenarios/twice.ts';
import { isWell, runIn, type State, type Trial } from './trial.ts';
import { endText } from './words.ts';

export interface CheckOptions {
  /** The folder that the command is run in, as a copy; default the current one. */
  folder?: string;
  /** What to ask; default all. */
  only?: readonly Scenario[];
  /** After so long no further kill is begun; default 30 s. */
  budget?: Duration;
  /** A run that takes longer is ended; default 60 s. */
  timeout?: Duration;
  /** Variables that the command gets although they look like a service or a secret. */
  env?: readonly string[];
  /** Places outside of the folder that it may write to; they are not copied. */
  writable?: readonly string[];
  /** Kills only before, or after, the effect of this number, as reports name it. */
  killBefore?: number;
  killAfter?: number;
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

/** Between two runs in one place, so that times and dates by the second differ. */
const GAP_MS = 1100;

/**
 * Answers what happens if a command runs twice: it is run again and again in copies of its folder, twice
 * in a row, two at once, and killed at each of its effects; nothing else can be reached from there.
 *
 * Run twice: your files are only read, so the second check says the same.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where an option cannot be used, and what the signal was aborted
 * with. A command that cannot be checked is reported as `inconclusive`.
 */
export async function checkCommand(
  command: readonly string[],
  options: CheckOptions = {},
): Promise<CheckReport> {
  const startedAt = performance.now();
  const folder = folderOf(options.folder ?? '.');
  const timeoutMs = durationMs(options.timeout ?? '60s', 'timeout');
  const budgetMs = durationMs(options.budget ?? '30s', 'budget');
  const { env, withheld } = environmentOf(process.env, HOME, options.env ?? []);
  const report = (part: Partial<CheckReport>): CheckReport => ({
    schema: 'runtwice.check/1',
    command,
    verdict: 'inconclusive',
    scenarios: [],
    runs: 0,
    points: { found: 0, tried: 0 },
    notes: [],
    unobserved: [],
    withheld,
    ...part,
    elapsedMs: performance.now() - startedAt,
  });
  const helper = nativeHelper();
  if (helper === undefined) {
    return report({ unobserved: ['this machine has no helper that keeps a command apart'] });
  }
  const scratch = await Scratch.take(folder);
  const writable = (options.writable ?? []).map((path) => resolve(path));
  const recorder = await Recorder.start(scratch.pathOf('http.sock'));
  const how = {
    helper,
    command,
    folder,
    env: { ...env, ...PROXY_ENV },
    writable,
    timeoutMs,
    recorder,
  };
  const sandbox = new Sandbox(how, options.signal);
  const place = { sandbox, scratch, folder, command, recorder };
  try {
    return report(await ask(place, { ...options, budgetMs }));
  } catch (error) {
    if (!(error instanceof CannotIsolate)) throw error;
    return report({ unobserved: [`the machine cannot keep a command apart: ${error.message}`] });
  } finally {
    await recorder.close();
    scratch.remove();
  }
}

type Place = Pick<Trial, 'sandbox' | 'scratch' | 'folder' | 'command' | 'recorder'>;

async function ask(
  place: Place,
  options: CheckOptions & { budgetMs: number },
): Promise<Partial<CheckReport>> {
  const { only = SCENARIOS, onProgress, budgetMs } = options;
  const point = pointOf(options);
  const wanted = point === undefined ? only : (['interrupted'] as const);
  const { sandbox, scratch } = place;
  onProgress?.({ scenario: 'first run' });
  const lane = await scratch.make();
  const first = await runIn(place, lane, {}, readManifest(lane));
  if (!isWell(first)) return notStarted(first, wanted, sandbox.runs);
  const trial = await lineage(place, lane, first);

  const scenarios: ScenarioReport[] = [];
  let points = { found: 0, tried: 0 };
  if (wanted.includes('twice')) scenarios.push(twice(trial));
  if (wanted.includes('together')) {
    onProgress?.({ scenario: 'together' });
    scenarios.push(await together(trial));
  }
  if (wanted.includes('interrupted')) {
    const onPoint = (tried: number, found: number) =>
      onProgress?.({ scenario: 'interrupted', tried, found });
    const result = await interrupted(trial, { budgetMs, point, onPoint });
    scenarios.push(result.report);
    points = result.points;
  }
  const unobserved = unobservedBy(trial);
  const verdict = verdictOf(scenarios, unobserved);
  return { verdict, scenarios, runs: sandbox.runs, points, notes: notesOf(trial), unobserved };
}

/** Three runs in one place, and one in another that tells what differs by itself. */
async function lineage(place: Place, lane: string, first: State): Promise<Trial> {
  const { scratch } = place;
  await delay(GAP_MS);
  const other = await scratch.make();
  const control = await runIn(place, other);
  scratch.drop(other);
  const second = await runIn(place, lane, {}, first.files);
  await delay(GAP_MS);
  const third = await runIn(place, lane, {}, second.files);
  return { ...place, first, second, third, noise: noiseOf(first.files, control.files) };
}

function notStarted(first: State, wanted: readonly Scenario[], runs: number): Partial<CheckReport> {
  const why = `the first run failed: ${endText(first.run)}`;
  const scenarios = wanted.map((scenario) => scenarioReport(scenario, 'inconclusive', why));
  const last = first.run.stderr.trim().split('\n').slice(-3);
  return { scenarios, runs, unobserved: [why, ...last.filter((line) => line !== '')] };
}

function pointOf({ killBefore, killAfter }: CheckOptions): Point | undefined {
  const number = killBefore ?? killAfter;
  if (number === undefined) return undefined;
  if (Number.isInteger(number) && number > 0) {
    return { number, when: killBefore === undefined ? 'after' : 'before' };
  }
  throw new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', `there is no effect ${number}`, {
    fix: 'Nothing was run. Give the number of an effect, from 1 on, as a report names it.',
  });
}

function folderOf(path: string): string {
  const folder = resolve(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', `${folder} is no folder`, {
    fix: 'Nothing was run. Give the folder that the command is to be run in.',
  });
}
