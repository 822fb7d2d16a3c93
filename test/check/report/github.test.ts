import { describe, expect, it } from 'vitest';
import { githubCommands, githubSummary } from '../../../src/check/report/github.ts';
import {
  checkReport,
  DAMAGE,
  hostileReport,
  TOUCHED,
  TWICE,
  UNKNOWN,
} from '../../support/check-report.ts';

const COMMAND = /^::(error|notice) title=([^:,\r\n]*)::([^\r\n]*)$/u;

/** What GitHub shows, as its runner reads the lines. */
function annotations(lines: readonly string[]): { level: string; title: string; text: string }[] {
  return lines.map((line) => {
    const [, level = '', title = '', text = ''] = COMMAND.exec(line) ?? [];
    expect(line).toMatch(COMMAND);
    return { level, title: unescaped(title), text: unescaped(text) };
  });
}

function unescaped(text: string): string {
  const marks = { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' };
  return text.replaceAll(/%(0D|0A|3A|2C|25)/gu, (mark) => marks[mark as keyof typeof marks]);
}

describe('the annotations for GitHub', () => {
  it('say how to see a finding again', () => {
    expect(githubCommands(checkReport({ scenarios: [TWICE, DAMAGE] }))).toEqual([
      '::error title=Not safe to run twice::./export.sh%0A' +
        'interrupted: silent damage, at 2 of 4 moments%0A' +
        'killed before write out/a.txt, then exit 0%0A' +
        'again: runtwice check --kill-at 3 -- ./export.sh',
    ]);
  });

  it.each([
    ['safe', {}, ['notice'], 'Safe to run twice'],
    ['a note', { scenarios: [TOUCHED] }, ['notice'], 'Safe to run twice, with a note'],
    ['inconclusive', { scenarios: [TWICE, UNKNOWN] }, ['error'], 'Not known'],
    ['not seen', { unobserved: ['tcp 10.0.0.1:80'] }, ['error'], 'Not known'],
    ['nothing asked', { scenarios: [] }, ['error'], 'Not known'],
  ])('are right for %s', (_, part, levels, title) => {
    const shown = annotations(githubCommands(checkReport(part)));
    expect(shown.map(({ level }) => level)).toEqual(levels);
    expect(shown[0]?.title).toContain(title);
  });

  it('are one line each, whatever the texts hold, and say them', () => {
    const shown = annotations(githubCommands(hostileReport()));
    expect(shown.map(({ level }) => level)).toEqual(['error', 'error', 'error']);
    for (const { text } of shown) {
      expect(text).toContain('line\\x0d\\nend %0A %25 ::error::x');
      expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
    }
  });
});

describe('the summary for GitHub', () => {
  it('is a heading, a table and what was found', () => {
    const text = githubSummary(checkReport({ scenarios: [TWICE, DAMAGE] }));
    expect(text).toMatch(
      /^### ❌ NOT SAFE: <code>&#46;&#47;export&#46;sh<\/code>\n\n\| scenario /u,
    );
    expect(text).toContain('| twice | nothing to do | 0 files changed |\n');
    expect(text).toContain('| interrupted | **silent damage** | at 2 of 4 moments |\n');
    expect(text).toContain('  - fix: make a result under a temporary name');
    expect(text).toContain('  - again: <code>runtwice check &#45;&#45;kill&#45;at 3');
    expect(text.endsWith('\n\n')).toBe(true);
  });

  it('says what was not seen, and is no success then', () => {
    const text = githubSummary(checkReport({ unobserved: ['tcp'], notes: ['a log'] }));
    expect(text).toContain('### ❔ INCONCLUSIVE');
    expect(text).toContain('- not seen: tcp\n- note: a log\n');
  });

  it('takes nothing in the texts for Markdown or HTML', () => {
    // What is left without words and characters that are written as numbers is what is ours.
    const bare = (text: string) => text.replaceAll(/&#\d+;|[\p{L}\p{N} ]/gu, '');
    const text = githubSummary(hostileReport());
    expect(bare(text)).toBe(bare(githubSummary(hostileReport('x'))));
    expect(text).toContain('&#60;script&#62;alert&#40;1&#41;');
    expect(text.match(/and 2 more paths/gu)).toHaveLength(1);
  });
});
