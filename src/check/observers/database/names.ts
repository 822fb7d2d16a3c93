// The name of a clone says which process made it, so that what a killed check left can be told from what
// another one is using: `runtwice_check_HOST_PID_START_NUMBER_RANDOM`.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

const PATTERN = /^runtwice_check_([0-9a-f]{8})_(\d+)_(\d+)_\d+_[0-9a-f]{4}$/u;

let made = 0;

/** A new name, of at most 63 letters: so many PostgreSQL takes. */
export function cloneName(): string {
  made += 1;
  const random = randomBytes(2).toString('hex');
  return `runtwice_check_${host()}_${process.pid}_${startOf(process.pid)}_${made}_${random}`;
}

/** Whether it was made by a process of this machine that is gone. Of what others made nobody can say. */
export function isLeftover(name: string): boolean {
  const [, where, pid, start] = PATTERN.exec(name) ?? [];
  return where === host() && startOf(Number(pid)) !== start;
}

/** This machine since it was started, and its space of process numbers. */
function host(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
  const space = readlinkSync('/proc/self/ns/pid');
  return createHash('sha1').update(`${boot} ${space}`).digest('hex').slice(0, 8);
}

/** When the process started, in ticks since the machine did; undefined where it does not run. */
function startOf(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name may hold spaces and brackets: count from the last one.
    const [state, ...fields] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
