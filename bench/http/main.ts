// `npm run peers:http`: checks libraries for idempotency keys as any server is checked, and writes
// docs/http-peers.md. They are installed by `npm run bench:peers`.
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CheckReport, ScenarioReport } from '../../src/check/index.ts';
import { page } from './page.ts';
import { checkPeer, PEERS } from './peers.ts';
import { ROWS, type Row } from './rows.ts';

const PAGE = fileURLToPath(new URL('../../docs/http-peers.md', import.meta.url));

async function main(): Promise<void> {
  if (!existsSync(new URL('peers/node_modules', import.meta.url))) {
    console.error('The peers are not installed: `npm run bench:peers` does that.');
    process.exitCode = 2;
    return;
  }
  const told: ScenarioReport[][] = [];
  for (const row of ROWS) {
    const answers: ScenarioReport[] = [];
    for (const peer of PEERS) {
      const report = await checkPeer(peer, { requests: row.requests, only: [row.question] });
      const one = scenarioOf(report, row);
      console.log(`${peer.name}: ${row.name}: ${one.answer}`);
      answers.push(one);
    }
    told.push(answers);
  }
  writeFileSync(PAGE, page(told, new Date().toISOString().slice(0, 10)));
  console.log('docs/http-peers.md is written; commit it.');
}

function scenarioOf({ scenarios, unobserved }: CheckReport, row: Row): ScenarioReport {
  const found = scenarios.find(({ scenario }) => scenario === row.question);
  return (
    found ?? {
      scenario: row.question,
      answer: 'inconclusive',
      grade: 'inconclusive',
      summary: unobserved.join('; '),
      findings: [],
    }
  );
}

await main();
