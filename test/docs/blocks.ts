import { readFileSync } from 'node:fs';

/** A fenced block of a document. */
export interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

/** The fenced blocks of a Markdown file, in order. */
export function blocksOf(path: string): Block[] {
  const blocks: Block[] = [];
  const lines = readFileSync(path, 'utf8').split('\n');
  for (let at = 0; at < lines.length; at++) {
    const fence = /^```(\w*)$/u.exec(lines[at] ?? '');
    if (fence === null) continue;
    const start = at + 1;
    for (at = start; at < lines.length && lines[at] !== '```'; at++);
    blocks.push({
      language: fence[1] ?? '',
      text: `${lines.slice(start, at).join('\n')}\n`,
      line: start,
    });
  }
  return blocks;
}

/** A command of a console block, and what it prints. */
export interface Step {
  readonly command: string;
  readonly output: string;
}

export function stepsOf(text: string): Step[] {
  return text
    .split(/^\$ /mu)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    });
}
