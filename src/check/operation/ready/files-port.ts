// The functions of node:fs/promises. A file that is written is there before its content is, so that is
// another moment to kill at.

import { constants } from 'node:fs';
import type * as Fs from 'node:fs/promises';
import { type EffectCall, EffectPort, type EffectRun } from '../effects.ts';
import { valueText } from '../ports.ts';
import { proxyOf } from './proxy.ts';

type FsPromises = typeof Fs;

const READS: ReadonlySet<string> = new Set([
  ...[
    'access',
    'lstat',
    'opendir',
    'readFile',
    'readdir',
    'readlink',
    'realpath',
    'stat',
    'statfs',
  ],
]);
/** They answer with no promise. */
const OTHERS: ReadonlySet<string> = new Set(['glob', 'watch']);
const HANDLE_READS: ReadonlySet<string> = new Set(['close', 'read', 'readFile', 'readv', 'stat']);
const HANDLE_OTHERS: ReadonlySet<string> = new Set([
  ...['createReadStream', 'createWriteStream', 'readLines', 'readableWebStream', 'getAsyncId'],
]);

/**
 * The port for `node:fs/promises`: what changes files can be killed before and after, and while a file is
 * written that is empty so far. Streams of files, and `node:fs` itself, are not seen.
 *
 * Run twice: it only wraps, so the second port does the same.
 */
export function filesPort(fs: FsPromises): EffectPort<FsPromises> {
  return new EffectPort((run) =>
    proxyOf(fs, (name, method) => {
      if (OTHERS.has(name)) return undefined;
      if (name === 'writeFile' || name === 'appendFile') return writing(fs, run, name);
      if (name === 'copyFile') return copying(fs, run);
      if (name === 'open') return opening(fs, run);
      return (...args: unknown[]) =>
        run.effect({ text: textOf(name, args), reads: READS.has(name) }, () => method(...args));
    }),
  );
}

function textOf(name: string, args: readonly unknown[]): string {
  // Content and options would hide the name.
  const paths = args.slice(0, ['rename', 'link', 'symlink', 'cp'].includes(name) ? 2 : 1);
  return `${name}(${paths.map(valueText).join(', ')})`;
}

function writing(fs: FsPromises, run: EffectRun, name: 'writeFile' | 'appendFile'): unknown {
  return async (...[file, data, options]: Parameters<FsPromises['writeFile']>) => {
    const text = textOf(name, [file]);
    const { flag, mode, ...rest } =
      typeof options === 'string' ? { encoding: options } : { ...options };
    if (typeof file === 'object' && 'fd' in file) {
      return run.effect({ text }, () => fs[name](file, data as string, options));
    }
    const handle = await run.effect({ text: `${text} opens it` }, () =>
      opened(fs, run, file, flag ?? (name === 'writeFile' ? 'w' : 'a'), mode ?? undefined),
    );
    await run.effect({ text: `${text} writes it` }, async () => {
      try {
        await handle.writeFile(data, rest);
      } finally {
        await handle.close();
      }
    });
  };
}

function copying(fs: FsPromises, run: EffectRun): unknown {
  return async (...[from, to, mode = 0]: Parameters<FsPromises['copyFile']>) => {
    const text = `copyFile(${valueText(from)}, ${valueText(to)})`;
    await run.effect({ text: `${text} opens it` }, async () => {
      await fs.access(from);
      const handle = await fs.open(to, mode & constants.COPYFILE_EXCL ? 'wx' : 'a');
      await handle.close();
    });
    await run.effect({ text: `${text} fills it` }, () =>
      fs.copyFile(from, to, mode & ~constants.COPYFILE_EXCL),
    );
  };
}

function opening(fs: FsPromises, run: EffectRun): unknown {
  return async (...[file, flags = 'r', mode]: Parameters<FsPromises['open']>) => {
    const text = textOf('open', [file]);
    const call: EffectCall = { text, reads: flags === 'r' };
    const handle = await run.effect(call, () => opened(fs, run, file, flags, mode));
    return proxyOf(handle, (name, method) => {
      if (HANDLE_OTHERS.has(name)) return undefined;
      return (...args: unknown[]) =>
        run.effect({ text: `${text}.${name}()`, reads: HANDLE_READS.has(name) }, () =>
          method(...args),
        );
    });
  };
}

/** The system closes the files of a process that dies. */
async function opened(
  fs: FsPromises,
  run: EffectRun,
  ...args: Parameters<FsPromises['open']>
): Promise<Fs.FileHandle> {
  const handle = await fs.open(...args);
  run.onKilled(() => handle.close());
  return handle;
}
