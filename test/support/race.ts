// Real processes that want the same keys at the same time.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import type { Ended, Work } from './race-child.ts';

const CHILD = fileURLToPath(new URL('race-child.ts', import.meta.url));

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** A process a driver does that work, all begun at the same time; each wants the ids in another order. */
export async function race(
  drivers: readonly Work['driver'][],
  { ids, ...work }: Omit<Work, 'driver'>,
): Promise<Ended[]> {
  const children = drivers.map((driver, index) => {
    const from = Math.floor((ids.length * index) / drivers.length);
    const turned = [...ids.slice(from), ...ids.slice(0, from)];
    const order = index % 2 === 0 ? turned : turned.reverse();
    return start({ ...work, driver, ids: order });
  });
  const lines = children.map(({ stdout }) =>
    createInterface({ input: stdout })[Symbol.asyncIterator](),
  );
  for (const line of lines) expect((await line.next()).value).toBe('ready');
  for (const { stdin } of children) stdin.end('go\n');
  const ended = await Promise.all(lines.map(async (line) => (await line.next()).value));
  await Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit')));
  return ended.map((line) => JSON.parse(String(line)) as Ended);
}

function start(work: Work): Child {
  const args = [CHILD, JSON.stringify(work)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
