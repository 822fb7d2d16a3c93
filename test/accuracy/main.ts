// `npm run accuracy -- [--only NAME,…] [--ask twice,…] [--jobs N] [--budget 10s] [--verbose]`: checks
// commands whose answers are known, and says how often the check was right.
import { parseArgs } from 'node:util';
import type { Case } from './case.ts';
import { CORPUS } from './corpus.ts';
import { figuresOf, GOALS, isRight, type Judged, reaches } from './figures.ts';
import { LABELLED, missing, type Result, runCase } from './run-case.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    ask: { type: 'string', default: LABELLED.join() },
    jobs: { type: 'string', default: '2' },
    budget: { type: 'string', default: '10s' },
    verbose: { type: 'boolean', default: false },
  },
});
// As built: the helper is beside it.
const built = new URL('../../dist/check/index.js', import.meta.url).href;
const { checkCommand, reportText } = (await import(
  built
)) as typeof import('../../src/check/index.ts');

const names = values.only.split(',').filter((name) => name !== '');
const wanted = CORPUS.filter(
  ({ name }) => names.length === 0 || names.some((part) => name.includes(part)),
);
const asked = LABELLED.filter((scenario) => values.ask.split(',').includes(scenario));
const skipped = wanted.filter((one) => missing(one).length > 0);
const queue = wanted.filter((one) => !skipped.includes(one));
const all: Judged[] = [];
let done = 0;

async function work(): Promise<void> {
  for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
    const result = await runCase(one, checkCommand, values.budget, asked);
    all.push(...result.judged);
    done += 1;
    console.log(lineOf(one, result));
  }
}

function lineOf(one: Case, { judged, report }: Result): string {
  const isAllRight = judged.every(isRight);
  const parts = judged.map(({ scenario, expected, got }) =>
    expected === got ? `${scenario} ${got}` : `${scenario} ${got} (expected: ${expected})`,
  );
  const tried = `${report.points.tried} of ${report.points.found} kills`;
  const line = `${isAllRight ? 'ok   ' : 'WRONG'} ${one.name}: ${parts.join('; ')} [${tried}]`;
  const isExact = judged.every(({ expected, got }) => expected === got);
  return values.verbose && !isExact ? `${line}\n${reportText(report)}` : line;
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: Number(values.jobs) }, work));
const seconds = Math.round((performance.now() - startedAt) / 1000);

console.log(`\n${done} commands of ${wanted.length} were checked, in ${seconds} s.`);
for (const one of skipped) {
  console.log(`NOT RUN ${one.name}: ${missing(one).join(', ')} is not on this machine`);
}
for (const scenario of asked) {
  const figures = figuresOf(all.filter((one) => one.scenario === scenario));
  const { judged, exact, precision, recall } = figures;
  const goal = GOALS[scenario] === undefined ? 'no goal' : `goal ${GOALS[scenario]}`;
  const rates = `precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)} (${goal})`;
  console.log(`${scenario.padEnd(12)} ${rates}, ${exact} of ${judged} answers exact`);
  if (!reaches(figures, scenario)) process.exitCode = 1;
}
if (done === 0) process.exitCode = 1;
