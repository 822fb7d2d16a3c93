import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';

/** A file system mounted for tests, or why this machine cannot have it. */
export type Mounted = { readonly path: string } | { readonly missing: string };

const MB = 1024 ** 2;

/** Mounts file systems below a temporary folder and takes them away again, whatever happens. */
export class Mounts {
  readonly #folder = mkdtempSync(join(tmpdir(), 'runtwice-mounts-'));
  readonly #undo: (() => void)[] = [];
  #count = 0;

  constructor() {
    chmodSync(this.#folder, 0o755);
    process.once('exit', this.close);
  }

  /** A memory file system of that many bytes. */
  tmpfs(bytes: number): Mounted {
    const at = this.#point();
    return this.#mount(['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', at], at);
  }

  /** A memory file system over a folder of the test, taken away when the test ends. */
  tmpfsOver(at: string): Mounted {
    onTestFinished(() => void spawnSync('umount', ['-l', at]));
    const failed = this.#run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at]);
    return failed ?? { path: at };
  }

  /** The same folder once more, read-only. */
  readOnly(of: string): Mounted {
    const at = this.#point();
    const bound = this.#mount(['--bind', of, at], at);
    if ('missing' in bound) return bound;
    return this.#run('mount', ['-o', 'remount,bind,ro', at]) ?? bound;
  }

  /** A disk image with a file system on it, mounted by one of the commands, the first that works. */
  image(sizeMb: number, make: readonly string[], ways: readonly MountWay[]): Mounted {
    const file = join(this.#folder, `image-${this.#count++}`);
    writeFileSync(file, '');
    truncateSync(file, sizeMb * MB);
    const [command = '', ...args] = make;
    const failed = this.#run(command, [...args, file]);
    if (failed !== undefined) return failed;
    const reasons: string[] = [];
    for (const way of ways) {
      const at = this.#point();
      const mounted = way.fuse ? this.#fuse(way, file, at) : this.#loop(way, file, at);
      if ('path' in mounted) return mounted;
      reasons.push(mounted.missing);
    }
    return { missing: reasons.join('; ') };
  }

  readonly close = (): void => {
    for (const undo of this.#undo.splice(0).reverse()) undo();
    rmSync(this.#folder, { recursive: true, force: true });
    process.off('exit', this.close);
  };

  #loop({ type, options = [] }: MountWay, file: string, at: string): Mounted {
    return this.#mount(['-t', type, '-o', ['loop', ...options].join(','), file, at], at);
  }

  /** A driver outside the kernel; it gets a block device, as some take nothing else. */
  #fuse({ type, options = [] }: MountWay, file: string, at: string): Mounted {
    const loop = spawnSync('losetup', ['-f', '--show', file], { encoding: 'utf8' });
    const device = loop.status === 0 ? loop.stdout.trim() : undefined;
    if (device === undefined) return { missing: `losetup: ${problemOf(loop)}` };
    this.#undo.push(() => spawnSync('losetup', ['-d', device]));
    const opts = options.length > 0 ? ['-o', options.join(',')] : [];
    const failed = this.#run(type, [...opts, device, at]);
    if (failed !== undefined) return failed;
    this.#unmountLater(at);
    return { path: at };
  }

  #mount(args: readonly string[], at: string): Mounted {
    const failed = this.#run('mount', args);
    if (failed !== undefined) return failed;
    this.#unmountLater(at);
    return { path: at };
  }

  #unmountLater(at: string): void {
    this.#undo.push(() => {
      if (spawnSync('umount', [at]).status !== 0) spawnSync('umount', ['-l', at]);
    });
  }

  #run(command: string, args: readonly string[]): { missing: string } | undefined {
    const done = spawnSync(command, args, { encoding: 'utf8' });
    return done.status === 0 ? undefined : { missing: `${command}: ${problemOf(done)}` };
  }

  #point(): string {
    const path = join(this.#folder, `mount-${this.#count++}`);
    mkdirSync(path);
    return path;
  }
}

/** How to mount an image: by the kernel, or with the command of a driver outside it. */
export interface MountWay {
  readonly type: string;
  readonly fuse?: boolean;
  readonly options?: readonly string[];
}

/** The mounted folder; where there is none the test says loudly that it did not run. */
export function mounted(context: TestContext, what: Mounted): string {
  return 'path' in what ? what.path : didNotRun(context, what.missing);
}

/** Ends the test as skipped, with a line that nobody overlooks. */
export function didNotRun(context: TestContext, why: string): never {
  if (!told.has(why))
    console.warn(`DID NOT RUN: ${context.task.name}, and what needs the same: ${why}`);
  told.add(why);
  context.skip(why);
}

const told = new Set<string>();

function problemOf(done: { error?: Error; stderr: string | null; status: number | null }): string {
  const [text] = done.stderr?.trim().split('\n') ?? [];
  return done.error?.message ?? (text || `exit code ${done.status}`);
}
