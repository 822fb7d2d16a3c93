// Loaded into a spawned export before its own code (`--import`): does something right before the
// n-th call of a function of node:fs. RUNTWICE_TEST_AT is { call, nth, signal }.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { call, nth, signal } = JSON.parse(process.env.RUNTWICE_TEST_AT);
const original = fs[call];
let count = 0;
fs[call] = (...args) => {
  if (++count === nth) process.kill(process.pid, signal);
  return original(...args);
};
syncBuiltinESMExports();
