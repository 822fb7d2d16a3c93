// One at a time, across processes: a file that names its owners. It is taken over when all are dead.
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** No owner works this long; the number of one that died may have been given to another process. */
const MAX_AGE_MS = 30 * 60_000;

/**
 * Runs `work` while holding the lock file `path`; waits for a living owner. `work` gets a function
 * that names a child as a second owner, for it may live on when this process is killed.
 */
export async function withLock(path, work) {
  for (let told = false; !claim(path); told = true) {
    const owners = ownersOf(path);
    if (owners !== undefined && isAbandoned(path, owners)) {
      takeOver(path, owners);
      continue;
    }
    if (!told) console.log(`Waiting for process ${owners ?? '?'}, which is doing the same …`);
    await sleep(200);
  }
  try {
    return await work((child) => writeFileSync(path, `${process.pid} ${child}`));
  } finally {
    rmSync(path, { force: true });
  }
}

function claim(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined when the lock has just gone, or its owner has not yet written its name. */
function ownersOf(path) {
  try {
    return readFileSync(path, 'utf8') || undefined;
  } catch {
    return undefined;
  }
}

function isAbandoned(path, owners) {
  if (!owners.split(' ').some((pid) => isAlive(Number(pid)))) return true;
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  return age > MAX_AGE_MS;
}

/** Moves the lock aside, and back when it turns out to be that of a process that came first. */
function takeOver(path, owners) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (ownersOf(aside) === owners) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  try {
    // Killed, but its parent has not yet asked how it ended.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}
