// A run that something was done to, and the one after it, compared with a clean run.
import { type Deviation, deviationOf, isNone } from '../observers/files/noise.ts';
import { type Repeats, repeatsOf } from '../observers/sent/repeats.ts';
import {
  type Answer,
  type Finding,
  type Scenario,
  type ScenarioReport,
  scenarioReport,
} from '../report.ts';
import { isWell, type State, type Trial } from '../trial.ts';
import { deviationText, endText, pathsOf } from '../words.ts';

/** What the next run made of it, in the words of a finding. */
export function aftermathOf(
  trial: Trial,
  disturbed: State,
  again: State,
): Pick<Finding, 'answer' | 'next' | 'paths' | 'diffs'> {
  const deviation = deviationOf(trial.first.files, again.files, trial.noise);
  const sent = [...disturbed.run.sent, ...again.run.sent];
  const repeats = repeatsOf(trial.first.run.sent, sent, trial.sentNoise);
  return {
    answer: withSent(answerOf(trial, again, deviation), repeats),
    next: endText(again.run),
    ...pathsOf([...repeats.more, ...repeats.fewer, ...repeats.other], deviationText(deviation)),
  };
}

function answerOf(trial: Trial, again: State, deviation: Deviation): Answer {
  const isClean = isNone(deviation);
  if (!isWell(again)) {
    // A command that refuses a second run may refuse here, too; what is there has to be right all the same.
    const isRefusal = !again.run.isTimedOut && !isWell(trial.second);
    return isClean && isRefusal ? 'recovers' : 'stuck';
  }
  if (isClean) return 'recovers';
  // The same as after two whole runs: the disturbed one counted as one.
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

/** So many there were, and so many were tried. */
export interface Sample {
  readonly found: number;
  readonly tried: number;
}

/** The gravest of what was found; `unit` is what there are so many of. */
export function worstOf(
  scenario: Scenario,
  findings: readonly Finding[],
  { found, tried }: Sample,
  unit: string,
): ScenarioReport {
  const answer = ORDER.find((one) => findings.some((finding) => finding.answer === one));
  if (answer === undefined) {
    const why = found === 0 ? 'it has no effect that was seen' : `no ${unit} was reached again`;
    return scenarioReport(scenario, found === 0 ? 'recovers' : 'inconclusive', why);
  }
  const bad = findings.filter((finding) => finding.answer === answer);
  const shown = ORDER.filter((one) => one !== 'recovers').flatMap((one) =>
    findings.filter((finding) => finding.answer === one).slice(0, 1),
  );
  const summary = `at ${bad.length} of ${tried} ${unit}s, of ${found}`;
  return scenarioReport(scenario, answer, summary, shown);
}
