// How two texts differ, in few lines.

/** So many lines are shown, half of them of each text. */
const MOST_LINES = 6;
const MOST_LETTERS = 100;
/** So many letters of a long line are shown before the first that differs. */
const LEAD = 30;

/** Their lines without those at the beginning and the end that are the same: `- wanted`, `+ found`. */
export function linesThatDiffer(wanted: string, found: string): string[] {
  const [left, right] = [linesOf(wanted), linesOf(found)];
  const start = sharedLength(left, right);
  const [leftRest, rightRest] = [left.slice(start), right.slice(start)];
  const end = sharedLength(leftRest.toReversed(), rightRest.toReversed());
  const gone = leftRest.slice(0, leftRest.length - end);
  const come = rightRest.slice(0, rightRest.length - end);
  // Of a long line the part is shown where it differs.
  const isOne = gone.length === 1 && come.length === 1;
  const at = isOne
    ? Math.max(0, sharedLength([...(gone[0] ?? '')], [...(come[0] ?? '')]) - LEAD)
    : 0;
  return [...some('-', gone, at), ...some('+', come, at)];
}

/** With their ends: a last line without one differs from one that has it. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

function sharedLength(left: readonly string[], right: readonly string[]): number {
  const different = left.findIndex((one, index) => one !== right[index]);
  return different < 0 ? left.length : different;
}

function some(sign: string, lines: readonly string[], at: number): string[] {
  const most = MOST_LINES / 2;
  const shown = lines.length > most ? lines.slice(0, most - 1) : lines;
  const more = lines.length - shown.length;
  const said = shown.map((line) => `${sign} ${cut(line, at)}`);
  return more > 0 ? [...said, `${sign} … ${more} more lines`] : said;
}

function cut(line: string, at: number): string {
  const letters = [...line.replace(/\n$/u, '')];
  const from = letters.length > MOST_LETTERS ? at : 0;
  const part = letters.slice(from, from + MOST_LETTERS);
  const [before, after] = [from > 0 ? '…' : '', from + part.length < letters.length ? '…' : ''];
  const end = line.endsWith('\n') ? '' : ' (no end of line)';
  return `${before}${part.join('')}${after}${end}`;
}
