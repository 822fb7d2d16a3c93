// Where the numbers come from, as far as it bears on them, and without the paths of a machine.
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { run } from './child.ts';

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGB: number;
  readonly kernel: string;
  readonly fileSystem: string;
  readonly node: string;
  readonly date: string;
}

export async function machineOf(folder: string): Promise<Machine> {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGB: Math.round(totalmem() / 1e9),
    kernel: `${type()} ${release()} ${arch()}`,
    fileSystem: await fileSystemOf(folder),
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  };
}

export function machineText(machine: Machine): string {
  const { cores, cpu, memoryGB, kernel, fileSystem, node, date } = machine;
  return `${cores} cores (${cpu}), ${memoryGB} GB, ${kernel}, ${fileSystem}, Node ${node}, ${date}`;
}

/** The load of the last minute: above the number of cores, the numbers say little. */
export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10;
}

async function fileSystemOf(folder: string): Promise<string> {
  try {
    const { exit, stdout } = await run(['df', '--output=fstype', folder]);
    return (exit === 0 && stdout.trim().split('\n').at(-1)) || 'unknown';
  } catch {
    return 'unknown';
  }
}
