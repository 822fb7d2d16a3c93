import type { SourceFile } from './source.ts';

export const MAX_LINES = 400;

export function linesOf(file: SourceFile): number {
  return file.text.replace(/\n$/, '').split('\n').length;
}

export function tooLong(files: SourceFile[]): string[] {
  return files
    .filter((file) => linesOf(file) > MAX_LINES)
    .map((file) => `${file.path} has ${linesOf(file)} lines; ${MAX_LINES} is the most`);
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
