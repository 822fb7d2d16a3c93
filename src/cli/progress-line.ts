import type { ExportProgress } from '../ensure/files/index.ts';
import { prettyBytes } from '../vendor/pretty-bytes.ts';

interface Frame {
  elapsedMs: number;
  columns: number;
  unicode: boolean;
}

const MIN_BAR = 10;
const MAX_BAR = 30;

/** One line that fits the terminal: bar, files, bytes, rate, time left; the first of them go last. */
export function progressLine(
  title: string,
  state: ExportProgress | undefined,
  { elapsedMs, columns, unicode }: Frame,
): string {
  if (state === undefined) return `${title}: reading the folders`.slice(0, columns - 1);
  const { finished, total, bytes } = state;
  const seconds = Math.max(elapsedMs / 1000, 0.001);
  const parts = [
    `${finished}/${total} files`,
    prettyBytes(bytes),
    `${Math.round(finished / seconds)} files/s`,
    timeLeft(finished, total, seconds),
  ];
  let text = parts.join(', ');
  while (parts.length > 1 && title.length + text.length + MIN_BAR + 4 > columns) {
    parts.pop();
    text = parts.join(', ');
  }
  const room = Math.min(MAX_BAR, columns - title.length - text.length - 4);
  return `${title} ${room >= 1 ? bar(finished / (total || 1), room, unicode) : ''} ${text}`.slice(
    0,
    columns - 1,
  );
}

function bar(fraction: number, width: number, unicode: boolean): string {
  const [full, empty] = unicode ? ['█', '░'] : ['#', '-'];
  const filled = Math.round(Math.min(1, fraction) * width);
  return full.repeat(filled) + empty.repeat(width - filled);
}

function timeLeft(finished: number, total: number, seconds: number): string {
  if (finished === 0) return 'time left unknown';
  const left = Math.ceil(((total - finished) * seconds) / finished);
  if (left < 60) return `${left} s left`;
  return left < 3600 ? `${Math.ceil(left / 60)} min left` : `${Math.ceil(left / 3600)} h left`;
}
