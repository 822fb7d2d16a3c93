import { type CheckReport, type ScenarioReport, scenarioReport, verdictOf } from '../report.ts';
import { deviationText, differencesOf } from './compare.ts';
import type { Effects, Ports } from './effects.ts';
import { interrupted } from './interrupted.ts';
import { maskOf } from './mask.ts';
import { type OperationOptions, type SettledOperation, settledOperation } from './options.ts';
import { varyingCalls } from './repeats.ts';
import { together } from './together.ts';
import { endText, type Lab, labOf, type OperationTrial, type Outcome } from './trial.ts';
import { twice } from './twice.ts';

/**
 * Answers what happens if a function runs twice: twice in a row, two at once, and killed before and after
 * each of its effects, then run again. It is given its effects, so that each call of one is a moment to
 * kill it at. Where it is killed it never goes on; nothing that it calls afterwards happens.
 *
 * Run twice: each check begins with `reset`, so the second one says the same.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where an option cannot be used, and what `observe` and `reset`
 * throw. An operation that cannot be checked is reported as `inconclusive`.
 */
export async function checkOperation<E extends Effects>(
  run: (effects: Ports<E>) => unknown,
  options: OperationOptions<E>,
): Promise<CheckReport> {
  const how = settledOperation(run, options);
  const startedAt = performance.now();
  const lab = labOf(run, how);
  const part = await ask(lab, how);
  return {
    schema: 'runtwice.check/1',
    subject: 'operation',
    command: [how.name],
    verdict: verdictOf(part.scenarios, part.unobserved),
    ...part,
    runs: lab.runs,
    faults: { found: 0, tried: 0 },
    withheld: [],
    elapsedMs: performance.now() - startedAt,
  };
}

type Part = Pick<CheckReport, 'scenarios' | 'points' | 'notes' | 'unobserved'>;

async function ask(lab: Lab, how: SettledOperation<Effects>): Promise<Part> {
  const start = await lab.reset();
  const first = await lab.run();
  const points = { found: 0, tried: 0 };
  if (first.how !== 'done') {
    const why = `the first run failed: ${endText(first)}`;
    const unknown = how.wanted.map((one) => scenarioReport(one, 'inconclusive', why));
    return { scenarios: unknown, points, notes: [], unobserved: [why] };
  }
  const { trial, unobserved } = await lineage(lab, how.name, start, first);
  const scenarios: ScenarioReport[] = [];
  const part = { points, notes: [] as string[] };
  if (how.wanted.includes('twice')) scenarios.push(twice(trial));
  if (how.wanted.includes('together')) scenarios.push(await together(trial, how));
  if (how.wanted.includes('interrupted')) {
    const result = await interrupted(trial, how);
    scenarios.push(result.report);
    part.points = result.points;
    part.notes.push(...harmlessAgain(trial, result.acting));
    unobserved.push(...result.unobserved);
  }
  const strays = [...lab.strays].map(
    (call) => `it called ${call} after it had ended: nothing waited for that`,
  );
  return { scenarios, ...part, unobserved: [...unobserved, ...strays] };
}

/** Three runs in a row, and one from the beginning that tells what differs by itself. */
async function lineage(
  lab: Lab,
  name: string,
  start: OperationTrial['start'],
  first: Outcome,
): Promise<{ trial: OperationTrial; unobserved: string[] }> {
  const second = await lab.run();
  const third = await lab.run();
  const again = await lab.reset();
  const control = await lab.run();
  const mask = maskOf(first.shape, control.shape);
  const varying = varyingCalls(first.calls, control.calls);
  const trial = { lab, name, start, first, second, third, mask, varying };
  return {
    trial,
    unobserved: [
      ...blindness(start, first),
      ...some('reset does not bring back the beginning', differencesOf(start, again, mask)),
      ...some(
        'two first runs do not come to the same',
        differencesOf(first.shape, control.shape, mask),
      ),
    ],
  };
}

function some(what: string, differences: Parameters<typeof deviationText>[0][]): string[] {
  return differences.slice(0, 1).map((one) => `${what}: ${deviationText(one)}`);
}

/** A check that sees nothing of what the operation does would find it safe. */
function blindness(start: OperationTrial['start'], { calls, shape }: Outcome): string[] {
  if (!calls.some(({ number }) => number !== undefined)) {
    return ['it called none of its effects, so it could not be killed at one'];
  }
  const isSeen = calls.some(({ once }) => once) || differencesOf(start, shape).length > 0;
  return isSeen
    ? []
    : [
        'what observe gives is the same before and after the first run: it does not see what is done',
      ];
}

/** Where it is safe because the other side knows the call again, or because `observe` does not see it. */
function harmlessAgain({ first, second }: OperationTrial, acting: ReadonlySet<string>): string[] {
  if (differencesOf(first.shape, second.shape).length > 0) return [];
  const again = new Set(second.calls.map(({ text }) => text).filter((text) => acting.has(text)));
  return [...again].map(
    (text) => `run 2 called ${text} again, and what observe gives stayed the same`,
  );
}
