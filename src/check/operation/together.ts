import {
  type Answer,
  type Finding,
  GRADES,
  type ScenarioReport,
  scenarioReport,
} from '../report.ts';
import { count } from '../words.ts';
import { operationAdvice } from './advice.ts';
import { deviationText, differencesOf } from './compare.ts';
import { type FastCheck, search } from './interleave.ts';
import { onceCounts } from './repeats.ts';
import type { Turns } from './run.ts';
import { endText, type OperationTrial } from './trial.ts';
import { FixedTurns, type Step, scheduleOf, simpleSchedules, stepLines } from './turns.ts';

export interface TogetherOptions {
  readonly interleave: FastCheck | undefined;
  readonly schedules: number;
  readonly seed: number | undefined;
  readonly schedule: string | undefined;
}

/** Two at once in one world, compared with one alone: in orders that are chosen. */
export async function together(
  trial: OperationTrial,
  { interleave, schedules, seed, schedule }: TogetherOptions,
): Promise<ScenarioReport> {
  if (schedule !== undefined) {
    const finding = await ordered(trial, schedule);
    return reportOf([finding], `in the order ${schedule}`);
  }
  const simple = simpleSchedules(trial.first.calls.length);
  if (interleave === undefined) return inSimpleOrders(trial, simple);

  const seen: Finding[] = [];
  const found = await search({ fastCheck: interleave, schedules, seed }, async (turns) => {
    const finding = await pair(trial, turns);
    seen.push(finding);
    return GRADES[finding.answer] !== 'unsafe';
  });
  const seeded = `seed ${found.seed}`;
  const last = seen.at(-1);
  if (!found.isFailed || last === undefined) {
    return reportOf(seen, `in ${count(found.tried, 'order')} of two at once, ${seeded}`);
  }
  const shrunk = (await simplest(trial, simple, last.answer)) ?? last;
  const what = `${shrunk.what} (found with ${seeded})`;
  return reportOf([{ ...shrunk, what }], `in order ${found.tried} of ${schedules}, ${seeded}`);
}

/** Without fast-check: started at the same moment, and then in the simplest orders, up to one that does harm. */
async function inSimpleOrders(
  trial: OperationTrial,
  simple: readonly string[],
): Promise<ScenarioReport> {
  const seen = [await pair(trial, undefined)];
  for (const schedule of simple) {
    if (seen.some(({ answer }) => GRADES[answer] === 'unsafe')) break;
    seen.push(await ordered(trial, schedule));
  }
  return reportOf(seen, `${count(seen.length, 'order')} of two at once`);
}

/** The simplest order that does the same harm. */
async function simplest(
  trial: OperationTrial,
  simple: readonly string[],
  answer: Answer,
): Promise<Finding | undefined> {
  for (const schedule of simple) {
    const finding = await ordered(trial, schedule);
    if (finding.answer === answer) return finding;
  }
  return undefined;
}

function ordered(trial: OperationTrial, schedule: string): Promise<Finding> {
  return pair(trial, new FixedTurns(schedule));
}

interface WatchedTurns extends Turns {
  readonly steps: readonly Step[];
  waitFor?<T>(task: Promise<T>): Promise<T>;
}

/** Runs two at once from the beginning; the answer says what came of it. */
async function pair(trial: OperationTrial, turns: WatchedTurns | undefined): Promise<Finding> {
  const { lab, first, mask, name } = trial;
  await lab.reset();
  const both = Promise.all([lab.start({ who: 'a', turns }), lab.start({ who: 'b', turns })]);
  const ends = await (turns?.waitFor?.(both) ?? both);
  const deviation = differencesOf(first.shape, await lab.observe(), mask);
  const { more, fewer } = onceCounts(
    first.calls,
    ends.flatMap(({ calls }) => calls),
    trial.varying,
  );
  const isSame = deviation.length + more.length + fewer.length === 0;
  const well = ends.filter(({ how }) => how === 'done').length;
  const answer = answerOf(isSame, well);
  const steps = turns?.steps ?? [];
  const order = scheduleOf(steps);
  const only = order === '' ? "only: ['together']" : `schedule: '${order}'`;
  return {
    answer,
    what: order === '' ? 'two started at once' : `two at once, in the order ${order}`,
    next: ends.map(endText).join('; '),
    steps: stepLines(steps),
    paths: [...more, ...fewer, ...deviation.map(deviationText)],
    replay: `checkOperation(${name}, { …, ${only} })`,
    ...operationAdvice(answer),
  };
}

function answerOf(isSame: boolean, well: number): Answer {
  if (well === 0) return 'both failed';
  if (!isSame) return 'differs';
  return well === 2 ? 'same' : 'one refused';
}

/** The gravest answer that was seen, and the first that gave it. */
function reportOf(seen: readonly Finding[], where: string): ScenarioReport {
  const order = ['both failed', 'differs', 'one refused', 'same'] as const;
  const answer = order.find((one) => seen.some((finding) => finding.answer === one));
  if (answer === undefined) return scenarioReport('together', 'inconclusive', 'nothing was tried');
  const worst = seen.filter((finding) => finding.answer === answer);
  return scenarioReport('together', answer, where, answer === 'same' ? [] : worst.slice(0, 1));
}
