import type { ExportProgress } from '../ensure/files/index.ts';
import { isUnicode } from './output.ts';
import { progressLine } from './progress-line.ts';

/** A bar on the terminal. */
export interface Progress {
  show(state: ExportProgress): void;
  end(): void;
}

/** Starts a bar on stderr; nothing where that is no terminal. */
export async function startProgress(title: string): Promise<Progress | undefined> {
  const stream = process.stderr;
  if (!stream.isTTY || process.env['TERM'] === 'dumb') return undefined;
  const { cliProgress } = await import('../vendor/cli-progress.ts');
  const startedMs = performance.now();
  let state: ExportProgress | undefined;
  const bar = new cliProgress.SingleBar({
    stream,
    clearOnComplete: true,
    hideCursor: true,
    format: () =>
      progressLine(title, state, {
        elapsedMs: performance.now() - startedMs,
        columns: stream.columns,
        unicode: isUnicode(),
      }),
  });
  bar.start(1, 0);
  return {
    show(next) {
      state = next;
      bar.update(0);
    },
    end: () => bar.stop(),
  };
}
