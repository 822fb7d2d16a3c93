// The name of a check's folder says which process made it, so that what a killed check left behind can
// be told from what another one works with.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const PREFIX = 'runtwice-check-';
const PATTERN = /^runtwice-check-([\da-f]{8})\.([\da-f]{8})\.(\d+)\.(\d+)-/u;

/** What the name of a folder of this process begins with. */
export function ownPrefix(): string {
  const { place, boot } = here();
  return `${PREFIX}${place}.${boot}.${process.pid}.${startOf(process.pid) ?? 0}-`;
}

/** The folders in there whose process is gone. One that runs elsewhere cannot be told, and is none. */
export function ownerless(folder: string): string[] {
  const us = here();
  return readdirSync(folder).filter((name) => {
    const [, place, boot, pid, start] = PATTERN.exec(name) ?? [];
    if (place !== us.place) return false;
    return boot !== us.boot || startOf(Number(pid)) !== start;
  });
}

/** Where process numbers mean the same as here, and since when. */
function here(): { place: string; boot: string } {
  const space = readlinkSync('/proc/self/ns/pid');
  return {
    place: short(`${hostname()} ${space}`),
    boot: short(readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')),
  };
}

/** When the process started, in ticks since boot; undefined where there is none of that number. */
function startOf(pid: number): string | undefined {
  try {
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
