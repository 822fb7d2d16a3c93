import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../../src/check/report/html.ts';
import { checkReport, DAMAGE, hostileReport, TOUCHED, TWICE } from '../../support/check-report.ts';

const page = reportHtml(
  checkReport({ scenarios: [TWICE, DAMAGE], notes: ['a log grew'], withheld: ['API_KEY'] }),
);

/** Every tag of a page, without what is written in it. */
function tagsOf(html: string): string[] {
  return html.match(/<[a-z/!][^>]*>/giu) ?? [];
}

describe('a report as a page', () => {
  it.each([
    'NOT SAFE',
    '<title>NOT SAFE: ./export.sh</title>',
    '<th scope="row">twice</th>',
    '<b class="unsafe">silent damage</b>',
    'killed before write out/a.txt',
    'out/a.txt differs from that of a clean run',
    'runtwice check --kill-at 3 -- ./export.sh',
    'make a result under a temporary name',
    'a log grew',
    'withheld: API_KEY',
    'prefers-color-scheme: dark',
  ])('holds %s', (words) => {
    expect(page).toContain(words);
  });

  it('says what was not seen', () => {
    const text = reportHtml(checkReport({ scenarios: [], unobserved: ['no helper'] }));
    expect(text).toContain('<h2>What was not seen</h2>\n<ul>\n<li>no helper</li>\n</ul>');
    expect(text).toContain('<header class="inconclusive">');
    expect(text).not.toContain('<table>');
  });

  it('leaves out what there is nothing to say of', () => {
    const text = reportHtml(checkReport({ scenarios: [TOUCHED] }));
    expect(text).toContain('<header class="safe-with-notes">');
    expect(text).not.toContain('<h2>');
  });

  it('needs nothing else, and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|src=|href=|url\(|@import|https?:/u);
    expect(page).toContain("default-src 'none'");
  });

  it('closes every element that it opens', () => {
    const open: string[] = [];
    for (const tag of tagsOf(page)) {
      const [, name = ''] = /^<\/?([a-z0-9]+|!doctype)/iu.exec(tag) ?? [];
      if (tag.startsWith('</')) expect(open.pop()).toBe(name);
      else if (!['meta', '!doctype'].includes(name)) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('takes nothing in the texts for HTML', () => {
    const hostile = reportHtml(hostileReport());
    expect(tagsOf(hostile)).toEqual(tagsOf(reportHtml(hostileReport('x'))));
    expect(hostile).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
    expect(hostile).not.toContain('onerror=alert(2)>');
    expect(hostile).not.toMatch(/(?!\n)[\p{Cc}\u202e\ud800]/u);
  });
});
