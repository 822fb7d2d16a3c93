// The names of what a check makes outside of its process say which process that is, so that what a killed
// check left behind can be told from what another one works with.
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const MARK = /^([\da-f]{8})_([\da-f]{8})_(\d+)_(\d+)/u;

/** This process, for names. */
export function ownMark(): string {
  const { place, boot } = here();
  return `${place}_${boot}_${process.pid}_${startOf(process.pid) ?? 0}`;
}

/** Whether the process of a mark, which may have more after it, is gone. Of one that runs elsewhere nobody can say. */
export function isGone(mark: string): boolean {
  const [, place, boot, pid, start] = MARK.exec(mark) ?? [];
  const us = here();
  if (place !== us.place) return false;
  return boot !== us.boot || startOf(Number(pid)) !== start;
}

/** Where process numbers mean the same as here, and since when. */
function here(): { place: string; boot: string } {
  if (process.platform !== 'linux') return { place: short(hostname()), boot: short('') };
  const space = readlinkSync('/proc/self/ns/pid');
  return {
    place: short(`${hostname()} ${space}`),
    boot: short(readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')),
  };
}

/** When the process started, in ticks since boot; undefined where there is none of that number. */
function startOf(pid: number): string | undefined {
  try {
    // Elsewhere it is only known whether there is one.
    if (process.platform !== 'linux') return String(Number(process.kill(pid, 0)));
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name may hold spaces and brackets: count from the last one.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
