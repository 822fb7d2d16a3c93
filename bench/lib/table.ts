// Plain text tables: the first column to the left, numbers to the right.

/** A line of `undefined` draws a rule. */
export function table(lines: readonly (readonly string[] | undefined)[]): string {
  const widths: number[] = [];
  for (const line of lines) {
    line?.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  }
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  return lines
    .map((line) => (line === undefined ? rule : line.map(pad(widths)).join('  ').trimEnd()))
    .join('\n');
}

function pad(widths: readonly number[]): (cell: string, at: number) => string {
  return (cell, at) => {
    const width = widths[at] ?? 0;
    return at === 0 ? cell.padEnd(width) : cell.padStart(width);
  };
}

/** Two digits after the point below 10, one below 100, none above. */
export function number(value: number | undefined): string {
  if (value === undefined) return '–';
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

export function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? '–' : (bytes / 1e6).toFixed(0);
}
