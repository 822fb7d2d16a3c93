import { isLog } from '../observers/files/classes.ts';
import { deviationOf } from '../observers/files/noise.ts';
import { repeatsOf } from '../observers/sent/repeats.ts';
import { replayOf } from '../replay.ts';
import { type Advice, type Finding, type ScenarioReport, scenarioReport } from '../report.ts';
import { isWell, runIn, type State, type Trial } from '../trial.ts';
import { deviationText, endText, pathsOf } from '../words.ts';
import { aftermathOf, type Sample, worstOf } from './aftermath.ts';
import { chancesOf, type Fault, faultAt, faultFlag, faultText, runOptionsOf } from './fault.ts';

export interface FaultsOptions {
  /** No further one is begun then, on the clock of `performance.now()`. */
  readonly endAt: number;
  /** Only that one. */
  readonly fault: Fault | undefined;
  /** Told after each. */
  onFault?(tried: number, found: number): void;
}

export interface Faults {
  readonly report: ScenarioReport;
  readonly faults: Sample;
}

/** Run with a disk that fails or a connection that is cut, then again without, and compared with a clean run. */
export async function faults(trial: Trial, options: FaultsOptions): Promise<Faults> {
  if (trial.sandbox.launcher.kind === 'timed') {
    const report = scenarioReport('faults', 'inconclusive', 'nothing can be made to fail here');
    return { report, faults: { found: 0, tried: 0 } };
  }
  const all = chancesOf(trial.first.run, trial.folder);
  const wanted = options.fault === undefined ? all : [options.fault];
  const findings: Finding[] = [];
  for (const one of wanted) {
    if (findings.length > 0 && performance.now() > options.endAt) break;
    const finding = await disturb(trial, 'effect' in one ? faultAt(trial, one) : one);
    if (finding !== undefined) findings.push(finding);
    options.onFault?.(findings.length, wanted.length);
  }
  const sample = { found: all.length, tried: findings.length };
  return { report: worstOf('faults', findings, sample, 'fault'), faults: sample };
}

/** Undefined where the command did not come so far. */
async function disturb(trial: Trial, fault: Fault): Promise<Finding | undefined> {
  const place = await trial.world.make();
  try {
    const failed = await runIn(trial, place, runOptionsOf(fault));
    if (!failed.run.isFailed) return undefined;
    const common = {
      what: `${faultText(fault, trial.first.run.requests)}: ${endText(failed.run)}`,
      replay: replayOf(trial, '--fault', faultFlag(fault, trial.folder)),
    };
    if (isWell(failed)) return { ...common, ...unnoticed(trial, failed) };
    const again = await runIn(trial, place, {});
    return { ...common, ...aftermathOf(trial, failed, again) };
  } finally {
    await trial.world.drop(place);
  }
}

/** Nobody runs again what says that it went well: so that has to be as it should. */
function unnoticed(trial: Trial, { files, run }: State): Omit<Finding, 'what' | 'replay'> {
  const deviation = deviationOf(trial.first.files, files, trial.noise);
  const { missing, other, extra } = deviation;
  // A program may well go on without its log.
  const lost = {
    ...deviation,
    missing: missing.filter(isNoLog),
    other: other.filter(isNoLog),
    extra: [],
  };
  const { more, fewer, other: wrong } = repeatsOf(trial.first.run.sent, run.sent, trial.sentNoise);
  const damage = pathsOf([...fewer, ...wrong], deviationText(lost));
  const next = 'it said that all went well, so it is not run again';
  if (damage.paths.length > 0) return { answer: 'silent damage', next, ...damage, advice: ADVICE };
  if (more.length > 0) return { answer: 'repeated effect', next, paths: more };
  const left = pathsOf([], deviationText({ missing: [], other: [], extra }));
  return { answer: extra.length > 0 ? 'leftovers' : 'recovers', next, ...left };
}

function isNoLog(path: string): boolean {
  return !isLog(path);
}

const ADVICE: Advice = {
  why: 'it goes on after what failed, and ends as if all were well.',
  fix: 'look at how each step ended (sh: set -e), and end with another exit code.',
};
