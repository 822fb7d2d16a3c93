// A report as one page that needs nothing else: no script, no font, no picture, no network.
import { printable } from '../../core/words.ts';
import type { CheckReport, Finding, ScenarioReport } from '../report.ts';
import { typed } from '../trial.ts';
import { STYLE } from './html-style.ts';
import { adviceOf, costLine, diffAt } from './text.ts';

export function reportHtml(report: CheckReport): string {
  const { verdict, scenarios, unobserved, notes } = report;
  const command = html(typed(report.command));
  const findings = scenarios.flatMap((one) => one.findings);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${verdict.toUpperCase()}: ${command}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header class="${className(verdict)}">
<p>What happens if this runs twice?</p>
<h1>${SIGNS[verdict]} ${verdict.toUpperCase()}</h1>
<pre><code>${command}</code></pre>
</header>
${scenarios.length === 0 ? '' : table(scenarios)}
${section('What was found', findings.map(article))}
${section('What was not seen', list(unobserved))}
${section('Notes', list(notes))}
<footer><p>${html(costLine(report))}</p></footer>
</main>
</body>
</html>
`;
}

const SIGNS = { safe: '✓', 'safe with notes': '✓', 'not safe': '✗', inconclusive: '?' } as const;

function table(scenarios: readonly ScenarioReport[]): string {
  const rows = scenarios.map(
    ({ scenario, answer, grade, summary }) =>
      `<tr><th scope="row">${html(scenario)}</th><td><b class="${className(grade)}">${html(answer)}</b></td><td>${html(summary)}</td></tr>`,
  );
  return `<table>
<thead><tr><th scope="col">scenario</th><th scope="col">answer</th><th scope="col">seen</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

function article(finding: Finding): string {
  const { answer, what, next, steps = [], paths, replay } = finding;
  const advice = adviceOf(finding);
  const facts = [
    ...(steps.length === 0 ? [] : [['order', `<ul>${list(steps).join('')}</ul>`]]),
    ['then', html(next)],
    ...(paths.length === 0 ? [] : [['paths', `<ul>${pathItems(finding).join('')}</ul>`]]),
    ...(advice === undefined
      ? []
      : [
          ['why', html(advice.why)],
          ['fix', html(advice.fix)],
        ]),
    ['again', `<code>${html(replay)}</code>`],
  ];
  const terms = facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`);
  return `<article>\n<h3>${html(answer)}: ${html(what)}</h3>\n<dl>${terms.join('\n')}</dl>\n</article>`;
}

/** Left out where there is nothing to say. */
function section(title: string, parts: readonly string[]): string {
  if (parts.length === 0) return '';
  const body = parts.join('\n');
  const inner = body.startsWith('<li>') ? `<ul>\n${body}\n</ul>` : body;
  return `<section>\n<h2>${title}</h2>\n${inner}\n</section>`;
}

function list(texts: readonly string[]): string[] {
  return texts.map((text) => `<li>${html(text)}</li>`);
}

function pathItems(finding: Finding): string[] {
  return finding.paths.map((path, index) => {
    const lines = diffAt(finding, index).map(html);
    const diff = lines.length === 0 ? '' : `<pre>${lines.join('\n')}</pre>`;
    return `<li>${html(path)}${diff}</li>`;
  });
}

function className(words: string): string {
  return words.replaceAll(' ', '-');
}

/** For the inside of elements and of quoted attributes alike. */
function html(value: string): string {
  return printable(value)
    .toWellFormed()
    .replaceAll(/[&<>"']/gu, (char) => `&#${char.charCodeAt(0)};`);
}
