// The wall time of `runtwice --help`, against that of Node doing nothing.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROUNDS = 15;
const MAX_RATIO = 2;

/** Measures both in turns, so that a busy machine slows both; throws above the budget. */
export function checkCost(root) {
  const help = [join(root, 'dist', 'cli', 'main.js'), '--help'];
  const nothing = ['-e', '0'];
  time(help);
  time(nothing);
  const rounds = Array.from({ length: ROUNDS }, () => [time(help), time(nothing)]);
  const [ours, bare] = [0, 1].map((index) => median(rounds.map((round) => round[index])));
  const ratio = ours / bare;
  const figures = `--help ${ours.toFixed(0)} ms, node -e 0 ${bare.toFixed(0)} ms`;
  console.log(
    `Cost: ${figures}, ratio ${ratio.toFixed(2)} (medians of ${ROUNDS}, at most ${MAX_RATIO}).`,
  );
  if (ratio > MAX_RATIO)
    throw new Error(`runtwice --help costs ${ratio.toFixed(2)} × a bare Node.`);
}

function time(args) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}\n${stderr}`);
  return performance.now() - started;
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
