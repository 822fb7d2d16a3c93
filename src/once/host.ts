// Which process on which host this is. Node's modules are asked for when they are needed, not
// imported: the main entry also loads where there are none.

/** What tells a process from every other, also from a later one with its number. */
export interface ProcessId {
  readonly pid: number;
  /** When it started, in the system's ticks since the host did. */
  readonly start: string;
}

/**
 * A name for the running host and its space of process numbers; the same for two processes only where
 * each can see the other. Undefined where that cannot be told (anywhere but Linux).
 */
export function hostName(): string | undefined {
  name ??= readHostName() ?? '';
  return name || undefined;
}

let name: string | undefined;

function readHostName(): string | undefined {
  const fs = linuxFs();
  try {
    const boot = fs?.readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const [space] = /\d+/u.exec(fs?.readlinkSync('/proc/self/ns/pid') ?? '') ?? [];
    return boot && space && `${boot.replaceAll('-', '').slice(0, 16)}${Number(space).toString(36)}`;
  } catch {
    return undefined;
  }
}

/** That process, if it runs; a dead one that its parent has not taken note of does not. */
export function findProcess(pid: number): ProcessId | undefined {
  try {
    const stat = linuxFs()?.readFileSync(`/proc/${pid}/stat`, 'latin1') ?? '';
    // The program's name may hold spaces and brackets: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = 'X'] = fields;
    const start = fields[19];
    return state === 'Z' || state === 'X' || start === undefined ? undefined : { pid, start };
  } catch {
    return undefined;
  }
}

function linuxFs() {
  const { process } = globalThis;
  return process?.platform === 'linux' ? process.getBuiltinModule?.('node:fs') : undefined;
}
