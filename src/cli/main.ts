#!/usr/bin/env node
const OLDEST = [22, 18] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
  // Read when the first thread is needed. More threads put more files into one commit of the disk.
  process.env['UV_THREADPOOL_SIZE'] ??= '32';
  const { run } = await import('./run.ts');
  process.exitCode = await run(process.argv.slice(2));
} else {
  const needed = OLDEST.join('.');
  console.error(`runtwice: needs Node.js ${needed} or later; this is ${process.versions.node}.`);
  process.exitCode = 2;
}
