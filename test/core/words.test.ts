import { describe, expect, it } from 'vitest';
import { noCounts, type Outcome } from '../../src/core/outcome.ts';
import { type Report, type ReportItem, Tally } from '../../src/core/report.ts';
import { describeItem, printable, type Style, verdict } from '../../src/core/words.ts';
import { EXPORT_WORDS, VERIFY_WORDS } from '../../src/ensure/files/words.ts';

interface Given {
  counts?: Partial<Record<Outcome, number>>;
  items?: ReportItem[];
  dryRun?: boolean;
  accept?: Outcome[];
}

function reportOf({ counts = {}, items = [], dryRun = false, accept = [] }: Given): Report {
  const tally = new Tally();
  for (const outcome of Object.keys(noCounts()) as Outcome[]) {
    tally.count(outcome, counts[outcome] ?? 0);
  }
  for (const item of items) tally.list(item);
  return tally.report({ operation: 'export', dryRun, accept, startedAtMs: 0, elapsedMs: 0 });
}

function said(given: Given, style?: Style): string {
  return verdict(reportOf(given), EXPORT_WORDS, style);
}

const DIFFERS: ReportItem = {
  item: 'report.pdf',
  outcome: 'differs',
  reason: 'has the same name but other content (kept the existing one)',
};
const FAILED: ReportItem = {
  item: 'big.bin',
  outcome: 'failed',
  reason: 'no space left on device',
};

describe('the examples of the design', () => {
  it('exported and skipped', () => {
    expect(said({ counts: { created: 800, unchanged: 5 } })).toBe(
      '✓ Exported 800, skipped 5 (already in folder).',
    );
  });

  it('zero new with everything skipped reads as success', () => {
    expect(said({ counts: { unchanged: 805 } })).toBe(
      '✓ Nothing to do: all 805 files are already in the folder (exported 0, skipped 805).',
    );
  });

  it('one that differs is named, with what was done about it', () => {
    expect(said({ counts: { created: 3, unchanged: 796, differs: 1 }, items: [DIFFERS] })).toBe(
      '! Exported 3, skipped 796 (already in folder); 1 differs: report.pdf has the same name but other content (kept the existing one).',
    );
  });

  it('a failure comes first, with what to do', () => {
    expect(said({ counts: { created: 412, failed: 1, untried: 387 }, items: [FAILED] })).toBe(
      '✗ Exported 412; 1 failed: big.bin: no space left on device; 387 untried. Run again to finish: nothing is lost or doubled.',
    );
  });
});

describe('the verdict', () => {
  it('of no files at all is success too', () => {
    expect(said({})).toBe('✓ Nothing to do: there are no files to export (exported 0, skipped 0).');
  });

  it('of one file uses the singular', () => {
    expect(said({ counts: { unchanged: 1 } })).toBe(
      '✓ Nothing to do: the file is already in the folder (exported 0, skipped 1).',
    );
  });

  it('leaves out what did not occur', () => {
    expect(said({ counts: { created: 1 } })).toBe('✓ Exported 1.');
    expect(said({ counts: { updated: 2 } })).toBe('✓ Replaced 2.');
  });

  it('says that nothing was exported when the only news is bad', () => {
    expect(said({ counts: { unchanged: 4, differs: 1 }, items: [DIFFERS] })).toBe(
      '! Exported 0, skipped 4 (already in folder); 1 differs: report.pdf has the same name but other content (kept the existing one).',
    );
  });

  it('of several names the first and counts the others', () => {
    const items = [DIFFERS, { ...DIFFERS, item: 'b.pdf' }];
    expect(said({ counts: { created: 1, differs: 3 }, items })).toBe(
      '! Exported 1; 3 differ: report.pdf has the same name but other content (kept the existing one), and 2 more.',
    );
  });

  it('of a mixed end puts failures first, then unknown, differs, busy, untried', () => {
    const counts = { created: 1, differs: 2, busy: 3, unknown: 4, failed: 5, untried: 6 };
    expect(said({ counts })).toBe(
      '✗ Exported 1; 5 failed; 4 unknown; 2 differ; 3 busy; 6 untried. Run again to finish: nothing is lost or doubled.',
    );
  });

  it('says only the number where no item is listed', () => {
    expect(said({ counts: { created: 1, differs: 1 } })).toBe('! Exported 1; 1 differs.');
  });

  it('of what a policy accepted is good, and still says it', () => {
    const counts = { created: 1, differs: 1 };
    expect(said({ counts, items: [DIFFERS], accept: ['differs'] })).toMatch(/^✓ .*1 differs: /);
  });

  it('of untried items alone says to run again', () => {
    expect(said({ counts: { created: 2, untried: 1 } })).toBe(
      '✗ Exported 2; 1 untried. Run again to finish: nothing is lost or doubled.',
    );
  });

  it.each<[Outcome, string]>([
    ['failed', '✗'],
    ['untried', '✗'],
    ['unknown', '!'],
    ['differs', '!'],
    ['busy', '!'],
    ['created', '✓'],
    ['unchanged', '✓'],
  ])('of %s begins with %s', (outcome, mark) => {
    expect(said({ counts: { [outcome]: 1 } }).charAt(0)).toBe(mark);
  });
});

describe('a dry run', () => {
  it('says what would be done and that nothing was', () => {
    const counts = { created: 3, updated: 1, unchanged: 2 };
    expect(said({ counts, dryRun: true })).toBe(
      '✓ Would export 3, replace 1, skip 2 (already in folder). Nothing was written.',
    );
  });

  it('with nothing to do reads as the real run', () => {
    expect(said({ counts: { unchanged: 2 }, dryRun: true })).toBe(
      said({ counts: { unchanged: 2 } }),
    );
  });

  it('with a failure does not ask to run again: nothing was tried', () => {
    expect(said({ counts: { created: 1, failed: 1 }, items: [FAILED], dryRun: true })).toBe(
      '✗ Would export 1; 1 failed: big.bin: no space left on device. Nothing was written.',
    );
  });
});

describe('an interrupted run', () => {
  it('says so first', () => {
    expect(said({ counts: { created: 5, untried: 3 } }, { interrupted: true })).toBe(
      '✗ Interrupted: exported 5; 3 untried. Run again to finish: nothing is lost or doubled.',
    );
  });

  it('says so also where nothing was left to do', () => {
    expect(said({ counts: { unchanged: 5 } }, { interrupted: true })).toBe(
      '✓ Interrupted: exported 0, skipped 5 (already in folder).',
    );
  });
});

describe('a verification', () => {
  it('says that all is the same, or that there is nothing', () => {
    const settled = (unchanged: number) =>
      verdict(reportOf({ counts: { unchanged } }), VERIFY_WORDS);
    expect(settled(2)).toBe('✓ Verified: all 2 files are in the folder with the same content.');
    expect(settled(1)).toBe('✓ Verified: the file is in the folder with the same content.');
    expect(settled(0)).toBe('✓ Nothing to verify: there are no files.');
  });

  it('says what is not', () => {
    const item: ReportItem = { item: 'a', outcome: 'differs', reason: 'is not in the folder' };
    const report = reportOf({ counts: { unchanged: 2, differs: 1 }, items: [item] });
    expect(verdict(report, VERIFY_WORDS)).toBe(
      '! Verified 2 (same content); 1 differs: a is not in the folder.',
    );
  });
});

describe('marks', () => {
  it.each<[Outcome, string]>([
    ['created', '[ok] '],
    ['differs', '[!!] '],
    ['failed', '[xx] '],
  ])('are plain for %s where the terminal knows only ASCII', (outcome, mark) => {
    const line = said({ counts: { [outcome]: 1 } }, { ascii: true });
    expect(line.startsWith(mark)).toBe(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what ASCII is.
    expect(line).toMatch(/^[\x00-\x7f]*$/);
  });
});

describe('describeItem', () => {
  it('reads on after the name for differs, and after a colon for others', () => {
    expect(describeItem(DIFFERS)).toBe(`report.pdf ${DIFFERS.reason}`);
    expect(describeItem(FAILED)).toBe('big.bin: no space left on device');
    expect(describeItem({ item: 'a', outcome: 'untried' })).toBe('a');
  });

  it('escapes a name that would steer the terminal', () => {
    expect(describeItem({ ...FAILED, item: '\x1b[31mred' })).toMatch(/^\\x1b\[31mred: /);
  });

  it('escapes a reason too: it may name another file, or be what a program said', () => {
    const reason = 'wants the same name as \x1b[2Jx\ny';
    const item: ReportItem = { item: 'a', outcome: 'differs', reason };
    expect(describeItem(item)).toBe('a wants the same name as \\x1b[2Jx\\ny');
  });
});

describe('printable', () => {
  it.each([
    ['a\nb', 'a\\nb'],
    ['a\tb', 'a\\tb'],
    ['a\rb', 'a\\x0db'],
    ['\x1b]0;title\x07', '\\x1b]0;title\\x07'],
    ['\x7f\x9b', '\\x7f\\x9b'],
    ['\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['\u202egpj.exe', '\\u{202e}gpj.exe'],
    ['\u2066x\u2069', '\\u{2066}x\\u{2069}'],
  ])('escapes %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it.each(['plain.txt', 'naïve.txt', '日本語', '👩‍👧', 'שלום', 'a b\\c', ''])(
    'leaves %s',
    (text) => {
      expect(printable(text)).toBe(text);
    },
  );

  it('lets no control character through, whatever the name', () => {
    for (let code = 0; code <= 0xffff; code++) {
      const shown = printable(String.fromCharCode(code));
      if (/\p{Cc}/u.test(shown)) expect.fail(`U+${code.toString(16)} comes through`);
    }
  });
});
