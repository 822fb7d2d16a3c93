// `npm run accuracy -- [--group tuned|unseen] [--only NAME,…] [--ask twice,…] [--jobs N] [--budget 10s]
// [--verbose]`: checks commands whose answers are known, and says how often the check was right: apart
// for those that it was mended on, and those that it was not.
import { parseArgs } from 'node:util';
import type { Case } from './case.ts';
import { GROUPS } from './corpus.ts';
import { isRight, type Judged, tableOf } from './figures.ts';
import { LABELLED, missing, type Result, runCase } from './run-case.ts';

const { values } = parseArgs({
  options: {
    group: { type: 'string', default: '' },
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
const isWanted = ({ name }: Case) =>
  names.length === 0 || names.some((part) => name.includes(part));
const asked = LABELLED.filter((scenario) => values.ask.split(',').includes(scenario));
const groups = Object.entries(GROUPS)
  .filter(([group]) => values.group === '' || values.group === group)
  .map(([group, cases]) => ({ group, cases: cases.filter(isWanted), judged: [] as Judged[] }));
const wanted = groups.flatMap(({ cases, judged }) => cases.map((one) => ({ one, judged })));
const skipped = wanted.filter(({ one }) => missing(one).length > 0);
const queue = wanted.filter((item) => !skipped.includes(item));
let done = 0;

async function work(): Promise<void> {
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
    const result = await runCase(item.one, checkCommand, values.budget, asked);
    item.judged.push(...result.judged);
    done += 1;
    console.log(lineOf(item.one, result));
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
for (const { one } of skipped) {
  console.log(`NOT RUN ${one.name}: ${missing(one).join(', ')} is not on this machine`);
}
for (const { group, cases, judged } of groups.filter((one) => one.judged.length > 0)) {
  const { lines, isReached } = tableOf(judged);
  console.log([`\n${group}: ${cases.length} commands`, ...lines].join('\n'));
  if (!isReached) process.exitCode = 1;
}
if (done === 0) process.exitCode = 1;
