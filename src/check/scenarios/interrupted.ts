import { setTimeout as delay } from 'node:timers/promises';
import { type Deviation, deviationOf, isNone } from '../observers/files/noise.ts';
import { type Repeats, repeatsOf } from '../observers/sent/repeats.ts';
import { type Answer, type Finding, type ScenarioReport, scenarioReport } from '../report.ts';
import { GAP_MS, isWell, runIn, type State, type Trial, typed } from '../trial.ts';
import { deviationText, effectText, endText } from '../words.ts';
import { addressOf, addressText } from './address.ts';
import { type Moment, momentsOf, type Point } from './points.ts';

export interface InterruptedOptions {
  /** No further kill is begun after so long. */
  readonly budgetMs: number;
  /** Only there. */
  readonly point: Point | undefined;
  /** Told after each kill. */
  onPoint?(tried: number, found: number): void;
}

export interface Interrupted {
  readonly report: ScenarioReport;
  readonly points: { readonly found: number; readonly tried: number };
}

/** Killed at each effect, then run again to the end, and compared with a clean run. */
export async function interrupted(trial: Trial, options: InterruptedOptions): Promise<Interrupted> {
  const { effects } = trial.first.run;
  const all = momentsOf(effects, trial.folder);
  const wanted = options.point === undefined ? all : [options.point];
  const endAt = performance.now() + options.budgetMs;
  const findings: Finding[] = [];
  for (const moment of wanted) {
    if (findings.length > 0 && performance.now() > endAt) break;
    const finding = await kill(trial, 'text' in moment ? moment : pointAt(trial, moment));
    if (finding !== undefined) findings.push(finding);
    options.onPoint?.(findings.length, wanted.length);
  }
  const points = { found: all.length, tried: findings.length };
  return { report: reportOf(findings, points), points };
}

/** Undefined where the command was at its end before. */
async function kill(trial: Trial, point: Point): Promise<Finding | undefined> {
  const place = await trial.world.make();
  try {
    const killed = await runIn(trial, place, { kill: point });
    if (!killed.run.isKilled) return undefined;
    // What is named by the second is made once more only in another one.
    const isDone = killed.run.effects.length >= trial.first.run.effects.length;
    if (isDone && trial.noise.names.size > 0) await delay(GAP_MS);
    const again = await runIn(trial, place, {}, killed.files);
    return findingOf(trial, point, killed, again);
  } finally {
    await trial.world.drop(place);
  }
}

function findingOf(trial: Trial, point: Point, killed: State, again: State): Finding {
  const deviation = deviationOf(trial.first.files, again.files, trial.noise);
  const address = addressText(point, trial.folder);
  const sent = [...killed.run.sent, ...again.run.sent];
  const repeats = repeatsOf(trial.first.run.sent, sent, trial.sentNoise);
  const at = point.when === 'before' && killed.run.effects.at(-1);
  return {
    answer: withSent(answerOf(trial, again, deviation), repeats),
    what: `killed ${point.when} ${at ? effectText(at, trial.folder) : point.text}`,
    next: endText(again.run),
    paths: [...repeats.more, ...repeats.fewer, ...repeats.other, ...deviationText(deviation)],
    replay: `runtwice check --kill-${point.when} ${typed([address])} -- ${typed(trial.command)}`,
  };
}

/** Where the moment of the first run is in any run. */
function pointAt({ first, control, folder }: Trial, { effect, when }: Moment): Point {
  const address = addressOf(effect, first.run.effects, control.run.effects);
  return { ...address, when, text: effectText(effect, folder) };
}

function answerOf(trial: Trial, again: State, deviation: Deviation): Answer {
  const isClean = isNone(deviation);
  if (!isWell(again)) {
    // A command that refuses a second run may refuse here, too; what is there has to be right all the same.
    const isRefusal = !again.run.isTimedOut && !isWell(trial.second);
    return isClean && isRefusal ? 'recovers' : 'stuck';
  }
  if (isClean) return 'recovers';
  // The same as after two whole runs: the killed one counted as one.
  const twice = deviationOf(trial.second.files, again.files, trial.noise);
  if (isNone(twice)) return 'repeated effect';
  return deviation.missing.length + deviation.other.length === 0 ? 'leftovers' : 'silent damage';
}

/** What was sent and should not, or was not sent and should, counts as much as files. */
function withSent(answer: Answer, { more, fewer, other }: Repeats): Answer {
  if (answer === 'silent damage' || answer === 'stuck') return answer;
  if (more.length > 0) return 'repeated effect';
  return fewer.length + other.length > 0 ? 'silent damage' : answer;
}

/** The gravest first. */
const ORDER: readonly Answer[] = [
  'silent damage',
  'repeated effect',
  'stuck',
  'leftovers',
  'recovers',
];

function reportOf(findings: readonly Finding[], points: Interrupted['points']): ScenarioReport {
  const tried = `${points.tried} moments, of ${points.found}`;
  const answer = ORDER.find((one) => findings.some((finding) => finding.answer === one));
  if (answer === undefined) {
    const why =
      points.found === 0 ? 'it has no effect that was seen' : 'no moment was reached again';
    return scenarioReport('interrupted', points.found === 0 ? 'recovers' : 'inconclusive', why);
  }
  const bad = findings.filter((finding) => finding.answer === answer);
  const shown = ORDER.filter((one) => one !== 'recovers').flatMap((one) =>
    findings.filter((finding) => finding.answer === one).slice(0, 1),
  );
  return scenarioReport('interrupted', answer, `at ${bad.length} of ${tried}`, shown);
}
