// Measures one run of a command: wall time, CPU time and peak memory, its children included.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isInPath, run } from './child.ts';
import { Stop } from './stop.ts';

export interface Sample {
  /** Seconds. */
  readonly wall: number;
  /** Seconds, user and system, of the process and of all its children that it waited for. */
  readonly cpu: number;
  readonly user: number;
  readonly sys: number;
  /** Bytes, of the largest process of the tree; null where GNU time is not installed. */
  readonly memory: number | null;
  readonly exit: number;
  readonly stderr: string;
}

export type Measure = (command: readonly string[]) => Promise<Sample>;

// Bash's `time` reads getrusage(RUSAGE_CHILDREN) and gives milliseconds; GNU time gives only
// hundredths, but the peak memory too. Neither counts the memory of this process.
const SCRIPT = 'TIMEFORMAT="%R %U %S"; { time "$@" 2>&4 3>&- 4>&-; } 4>&2 2>&3';

/** `folder` takes a file of a few bytes during each run. */
export async function measurer(folder: string): Promise<Measure> {
  if (!isInPath('bash')) throw new Stop('bash is needed, for its `time`');
  const file = join(folder, 'peak');
  const gnuTime = ['time', '-q', '-f', '%M', '-o', file];
  const hasTime = isInPath('time') && (await run([...gnuTime, 'true'])).exit === 0;
  const prefix = ['bash', '-c', SCRIPT, 'bash', ...(hasTime ? gnuTime : [])];

  return async (command) => {
    const { exit, stderr, extra } = await run([...prefix, ...command], true);
    const [wall, user, sys] = extra.trim().split(' ').map(Number);
    if (wall === undefined || user === undefined || sys === undefined || Number.isNaN(sys)) {
      throw new Stop(`no times for ${command[0]} (exit ${exit}): ${stderr.trim()}`);
    }
    const memory = hasTime ? Number(readFileSync(file, 'utf8').trim().split('\n').at(-1)) : null;
    rmSync(file, { force: true });
    return { wall, cpu: user + sys, user, sys, memory: memory && memory * 1024, exit, stderr };
  };
}
