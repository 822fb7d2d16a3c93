// `npm run simulate -- --schedules N --seed S`: runs the once code over simulated time, stores and crashes.

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCode } from './code.ts';
import { runSchedule } from './schedule.ts';

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000_000}` },
    src: { type: 'string', default: fileURLToPath(new URL('../../src', import.meta.url)) },
  },
});
const count = Number(values.schedules);
const first = Number(values.seed);
const code = await loadCode(values.src);
const startedAt = performance.now();
let broken = 0;
for (let seed = first; seed < first + count && broken < 1; seed++) {
  const violations = await runSchedule(code, seed);
  if (violations.length === 0) continue;
  broken += 1;
  console.log(`Seed ${seed}:\n  ${violations.join('\n  ')}`);
}
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(
  `${count} schedules from seed ${first} in ${seconds} s: ${broken === 0 ? 'all hold' : 'broken'}.`,
);
process.exitCode = broken === 0 ? 0 : 1;
