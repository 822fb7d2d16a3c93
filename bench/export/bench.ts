// `npm run bench -- export`: ours and the peers on the same trees, in turn.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineOf } from '../lib/machine.ts';
import { measurer } from '../lib/measure.ts';
import { ownVersion } from '../lib/programs.ts';
import { needSpace, remove, scratch } from '../lib/scratch.ts';
import { chooseCases, takingPart } from './cases.ts';
import { lineup } from './contestants.ts';
import { jsonOf } from './json.ts';
import { HELP, optionsOf } from './options.ts';
import { caseText, headText, targetsText } from './report.ts';
import { type CaseResult, runCase } from './run-case.ts';
import { makeTree, scaled, spaceOf, TREES, words } from './trees.ts';

export async function bench(argv: string[]): Promise<void> {
  const options = optionsOf(argv);
  if (options === 'help') return console.log(HELP);
  const cases = chooseCases(options.cases, options.million);

  const folder = scratch(options.tmp);
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  const { first, again, versions, missing } = await lineup(folder, from, to);
  const about = {
    version: ownVersion(),
    machine: await machineOf(folder),
    scale: options.scale,
    versions,
    missing,
  };
  const measure = await measurer(folder);
  const results: CaseResult[] = [];
  console.log(headText(about));

  let made = '';
  for (const plan of cases) {
    const tree = scaled(TREES[plan.tree], options.scale);
    if (made !== plan.tree) {
      await remove(from);
      const [bytes, inodes] = spaceOf(tree);
      needSpace(folder, bytes * 2.1, inodes * 2 + 1_000, `case ${plan.name} (${words(tree)})`);
      say(`making ${words(tree)} …`);
      await makeTree(from, tree);
      made = plan.tree;
    }
    const rounds = options.rounds ?? plan.rounds;
    const exporters = takingPart(plan, { first, again, versions, missing }, options.peers);
    const place = { from, to };
    const result = await runCase(plan, exporters, { place, tree, rounds, measure, say });
    results.push(result);
    console.log(caseText(result));
    if (options.json !== undefined) writeFileSync(options.json, jsonOf(about, results));
  }
  console.log(targetsText(results, options.scale));
}

function say(line: string): void {
  console.error(`  ${line}`);
}
