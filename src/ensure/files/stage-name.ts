import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { createSha256 } from './sha256.ts';

/**
 * The working folder of a run says in its name who made it, so that making it and claiming it are
 * one step: `.runtwice-stage.PLACE.BOOT.PID.START.RANDOM`.
 */
const PATTERN =
  /^\.runtwice-stage\.([0-9a-f]{8})\.([0-9a-f]{8})\.([0-9]{1,10})\.([0-9]{1,20})\.[0-9a-f]{8}$/;

/** True for a name that only an export's working folder has. */
export function isStageName(name: string): boolean {
  return name.startsWith('.runtwice-stage.') && PATTERN.test(name);
}

/** The name of a new working folder of this process. */
export function stageName(): string {
  const { place, boot } = here();
  const start = startOf(process.pid) ?? '0';
  const random = short(`${Math.random()} ${performance.now()}`);
  return `.runtwice-stage.${place}.${boot}.${process.pid}.${start}.${random}`;
}

/** `dead`: its process is gone · `alive`: it is not · `elsewhere`: on another machine, cannot be told. */
export function ownerOf(name: string): 'dead' | 'alive' | 'elsewhere' {
  const [, place, boot, pid, start] = PATTERN.exec(name) ?? [];
  const us = here();
  if (place !== us.place) return 'elsewhere';
  if (boot !== us.boot) return 'dead';
  const startNow = startOf(Number(pid));
  if (startNow !== undefined) return startNow === start ? 'alive' : 'dead';
  return isRunning(Number(pid)) ? 'alive' : 'dead';
}

/** Where process numbers mean the same as here, and since when. */
function here(): { place: string; boot: string } {
  const namespace = tryRead(() => readlinkSync('/proc/self/ns/pid'));
  const boot = tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  return { place: short(`${hostname()} ${namespace}`), boot: short(boot) };
}

/** When the process started, in ticks since boot; undefined where there is no such process or no /proc. */
function startOf(pid: number): string | undefined {
  const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : fields[18];
}

function isRunning(pid: number): boolean {
  if (tryRead(() => readFileSync('/proc/self/stat', 'latin1')) !== '') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function tryRead(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function short(text: string): string {
  return createSha256().update(text).digest('hex').slice(0, 8);
}
