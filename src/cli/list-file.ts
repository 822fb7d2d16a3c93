import { readFileSync } from 'node:fs';
import { RuntwiceError } from '../core/errors.ts';

const STDIN = 0;
const [NEWLINE, RETURN] = [0x0a, 0x0d];

/** The paths in a list, as bytes: one a line, or separated by zero bytes. `-` is standard input. */
export function readListFile(file: string, isNull: boolean): Uint8Array[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === '-' ? STDIN : file);
  } catch (error) {
    const name = file === '-' ? 'standard input' : file;
    throw new RuntwiceError(
      'ERR_RUNTWICE_LIST_UNREADABLE',
      `cannot read the list ${name}: ${error instanceof Error ? error.message : error}`,
      { fix: 'Check the path after --files-from. Nothing was written.', cause: error },
    );
  }
  return split(bytes, isNull ? 0 : NEWLINE).filter((path) => path.length > 0);
}

function split(bytes: Buffer, separator: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(separator, start);
    const end = found < 0 ? bytes.length : found;
    const isCrLf = separator === NEWLINE && bytes[end - 1] === RETURN;
    parts.push(bytes.subarray(start, isCrLf ? end - 1 : end));
    start = end + 1;
  }
  return parts;
}
