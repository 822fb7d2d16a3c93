import { closeSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { RuntwiceError } from '../core/errors.ts';
import type { ReportItem } from '../core/report.ts';

const BUFFER_CHARS = 64 * 1024;

/** Writes every item and its outcome to a file, one JSON line each. */
export class ItemsFile {
  readonly #file: string;
  readonly #fd: number;
  #pending = '';
  #failure: unknown;

  constructor(file: string) {
    this.#file = file;
    try {
      this.#fd = openSync(file, 'w');
    } catch (error) {
      throw unwritable(file, error);
    }
  }

  /** Never throws: the work goes on when the list of it cannot be written; see {@link close}. */
  add(item: ReportItem): void {
    this.#pending += `${JSON.stringify(item)}\n`;
    if (this.#pending.length > BUFFER_CHARS) this.#flush();
  }

  /** @throws {RuntwiceError} when some of it could not be written. */
  close(): void {
    this.#flush();
    closeSync(this.#fd);
    if (this.#failure !== undefined) throw unwritable(this.#file, this.#failure);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    } catch (error) {
      this.#failure ??= error;
    }
  }
}

/** Writes a report to a file that is never seen half-written. */
export function writeReportFile(file: string, text: string): void {
  const temp = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temp, text);
    renameSync(temp, file);
  } catch (error) {
    removeIfThere(temp);
    throw unwritable(file, error);
  }
}

function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Its folder is none, or may not be written in: there is nothing to remove.
  }
}

export function unwritable(file: string, cause: unknown): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_OUTPUT_UNWRITABLE',
    `cannot write ${file}: ${cause instanceof Error ? cause.message : cause}`,
    { fix: 'Name a file in a folder that you may write in.', cause },
  );
}
