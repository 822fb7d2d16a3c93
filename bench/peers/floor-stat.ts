// node floor-stat.mjs FROM TO: the least for sizes and times, one thread a side.
import { lstatSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { list } from './lib/list.ts';

if (isMainThread) {
  const [from = '', to = ''] = process.argv.slice(2);
  const worker = new Worker(new URL(import.meta.url), { workerData: to });
  const other = new Promise<Float64Array>((resolve, reject) => {
    worker.on('message', resolve).on('error', reject);
  });
  const own = look(from);
  const theirs = await other;
  const same = own.length === theirs.length && own.every((value, at) => value === theirs[at]);
  if (!same) throw new Error('the folders differ');
} else {
  const facts = look(workerData as string);
  parentPort?.postMessage(facts, [facts.buffer as ArrayBuffer]);
}

/** Size and time of each file, in the order of the sorted names. */
function look(root: string): Float64Array {
  const facts: number[] = [];
  const waiting = [root];
  for (const folder of waiting) {
    const { names, folders } = list(folder);
    for (const name of names) {
      const path = `${folder}/${name}`;
      if (folders.has(name)) waiting.push(path);
      else {
        const { size, mtimeMs } = lstatSync(path);
        facts.push(size, mtimeMs);
      }
    }
  }
  return Float64Array.from(facts);
}
