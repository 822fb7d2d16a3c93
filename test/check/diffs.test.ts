// How reports show what is in a text file that differs.
import { describe, expect, it } from 'vitest';
import { githubSummary, reportHtml, reportText } from '../../src/check/index.ts';
import { canCheck, check } from '../support/check.ts';

const PART = 'what differs in text files';

describe.runIf(canCheck(PART))('a finding shows the lines that differ', () => {
  it('from a clean run', async () => {
    const line = '[ -e sum.txt ] || { echo total; echo 42; } > sum.txt';
    const flags = ['--kill-before', 'write sum.txt #2'];
    const report = await check(['sh', '-c', line], {}, flags);
    expect(report.scenarios[0]?.findings[0]).toMatchObject({
      paths: ['sum.txt differs from that of a clean run (6 bytes instead of 9)'],
      diffs: [{ path: 0, lines: ['- 42'] }],
    });
    expect(reportText(report)).toContain('(6 bytes instead of 9)\n       - 42\n     why:');
    expect(reportHtml(report)).toContain('(6 bytes instead of 9)<pre>- 42</pre></li>');
    expect(githubSummary(report)).toContain('<br><code>&#45; 42</code>');
  });

  it('from the run before', async () => {
    const report = await check(
      ['sh', '-c', 'n=$(cat n); echo $((n + 1)) > n; echo >> "a b"'],
      { n: '1\n', 'a b': '' },
      ['--only', 'twice'],
    );
    const [{ paths, diffs } = { paths: [] }] = report.scenarios[0]?.findings ?? [];
    expect(paths).toEqual(['a b was changed (1 → 2 bytes)', 'n was changed (2 → 2 bytes)']);
    expect(diffs).toEqual([
      { path: 0, lines: ['+ '] },
      { path: 1, lines: ['- 2', '+ 3'] },
    ]);
  });

  it.each([
    ['binary', "printf 'a\\0' >> f"],
    ['large', 'head -c 70000 /dev/zero | tr "\\0" a >> f'],
    ['made anew', 'mktemp ./made.XXXXXX'],
  ])('but of none that is %s', async (_, line) => {
    const report = await check(['sh', '-c', line], {}, ['--only', 'twice']);
    const [finding] = report.scenarios[0]?.findings ?? [];
    expect(finding?.paths).toHaveLength(1);
    expect(finding).not.toHaveProperty('diffs');
  });
});
