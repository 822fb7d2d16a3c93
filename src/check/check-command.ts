import { setTimeout as delay } from 'node:timers/promises';
import { nativeHelper } from './native.ts';
import { notesOf, sideNotesOf, unobservedBy } from './observe.ts';
import { noiseOf } from './observers/files/noise.ts';
import { sentNoiseOf } from './observers/sent/noise.ts';
import { type CheckOptions, type Settled, settled } from './options.ts';
import {
  type CheckReport,
  type Scenario,
  type ScenarioReport,
  scenarioReport,
  verdictOf,
} from './report.ts';
import { CannotCheck, CannotIsolate } from './sandbox/cannot-check.ts';
import { anotherDay } from './scenarios/another-day.ts';
import { faults } from './scenarios/faults.ts';
import { interrupted } from './scenarios/interrupted.ts';
import { interruptedByTime } from './scenarios/interrupted-by-time.ts';
import { together } from './scenarios/together.ts';
import { twice } from './scenarios/twice.ts';
import { environment, type SetUp, setUp } from './set-up.ts';
import { GAP_MS, isWell, runIn, type State, type Trial } from './trial.ts';
import { endText } from './words.ts';
import type { Place } from './world.ts';

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
  const how = settled(command, options);
  const startedAt = performance.now();
  const variables = environment(options);
  const report = (part: Partial<CheckReport>): CheckReport => ({
    schema: 'runtwice.check/1',
    command,
    verdict: 'inconclusive',
    scenarios: [],
    runs: 0,
    points: NONE,
    faults: NONE,
    notes: [],
    unobserved: [],
    withheld: variables.withheld,
    ...part,
    elapsedMs: performance.now() - startedAt,
  });
  const helper = nativeHelper();
  if (helper === undefined && !options.unisolated) {
    return report({ unobserved: [new CannotIsolate(`there is no helper for it${HINT}`).message] });
  }
  try {
    const setting = await setUp(helper, command, options, how, variables);
    try {
      return report(await ask(setting, options, how));
    } finally {
      await setting.close();
    }
  } catch (error) {
    if (!(error instanceof CannotCheck)) throw error;
    const hint = error instanceof CannotIsolate ? HINT : '';
    return report({ unobserved: [`${error.message}${hint}`] });
  }
}

const HINT = ' (--unisolated runs it all the same: see the docs)';

const NONE = { found: 0, tried: 0 };

async function ask(
  setting: SetUp,
  { onProgress }: CheckOptions,
  how: Settled,
): Promise<Partial<CheckReport>> {
  const { sandbox, world } = setting;
  onProgress?.({ scenario: 'first run' });
  const lane = await world.make();
  const first = await runIn(setting, lane);
  if (!isWell(first)) return notStarted(setting, first, how.wanted);
  const trial = await lineage(setting, lane, first);
  const answers = await askAll(trial, how, onProgress);
  const unobserved = unobservedBy(trial);
  const verdict = verdictOf(answers.scenarios, unobserved);
  const notes = notesOf(trial);
  if (how.databases.length > 0 && how.wanted.includes('another day')) {
    notes.push('the clocks of the databases were not moved');
  }
  return { ...answers, verdict, runs: sandbox.runs, notes, unobserved };
}

/** Faults have what kills leave of the time, and half of it at least. */
async function askAll(
  trial: Trial,
  { wanted, budgetMs, point, fault }: Settled,
  onProgress: CheckOptions['onProgress'] = () => {},
): Promise<Pick<CheckReport, 'scenarios' | 'points' | 'faults'>> {
  const scenarios: ScenarioReport[] = [];
  let [points, faulty] = [NONE, NONE];
  if (wanted.includes('twice')) scenarios.push(twice(trial));
  if (wanted.includes('another day')) {
    onProgress({ scenario: 'another day' });
    scenarios.push(await anotherDay(trial));
  }
  if (wanted.includes('together')) {
    onProgress({ scenario: 'together' });
    scenarios.push(await together(trial));
  }
  const startedAt = performance.now();
  if (wanted.includes('interrupted')) {
    const onPoint = (tried: number, found: number) =>
      onProgress({ scenario: 'interrupted', tried, found });
    const part = wanted.includes('faults') ? budgetMs / 2 : budgetMs;
    const isTimed = trial.sandbox.launcher.kind === 'timed';
    const result = isTimed
      ? await interruptedByTime(trial, { budgetMs: part, point, onPoint })
      : await interrupted(trial, { budgetMs: part, point, onPoint });
    scenarios.push(result.report);
    points = result.points;
  }
  if (wanted.includes('faults')) {
    const onFault = (tried: number, found: number) =>
      onProgress({ scenario: 'faults', tried, found });
    const endAt = startedAt + budgetMs;
    const result = await faults(trial, { endAt, fault, onFault });
    scenarios.push(result.report);
    faulty = result.faults;
  }
  return { scenarios, points, faults: faulty };
}

/** Three runs in one place, and one in another that tells what differs by itself. */
async function lineage(setting: SetUp, lane: Place, first: State): Promise<Trial> {
  const { world } = setting;
  const [other] = await Promise.all([world.make(), delay(GAP_MS)]);
  const control = await runIn(setting, other);
  await world.drop(other);
  const second = await runIn(setting, lane);
  await delay(GAP_MS);
  const third = await runIn(setting, lane);
  await world.drop(lane);
  const noise = noiseOf(first.files, control.files);
  const sentNoise = sentNoiseOf(first.run.sent, control.run.sent);
  return { ...setting, first, second, third, control, noise, sentNoise };
}

function notStarted(
  setting: SetUp,
  first: State,
  wanted: readonly Scenario[],
): Partial<CheckReport> {
  const { sandbox, outbox } = setting;
  const why = `the first run failed: ${endText(first.run)}`;
  const scenarios = wanted.map((scenario) => scenarioReport(scenario, 'inconclusive', why));
  const last = first.run.stderr.trim().split('\n').slice(-3);
  const unobserved = [why, ...last.filter((line) => line !== ''), ...unobservedBy(setting)];
  return {
    scenarios,
    runs: sandbox.runs,
    notes: [...outbox.notes, ...sideNotesOf(first, setting)],
    unobserved,
  };
}
