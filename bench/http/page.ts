import type { ScenarioReport } from '../../src/check/index.ts';
import { PEERS, RECOVERY_S, versionOf } from './peers.ts';
import { ROWS } from './rows.ts';

const SIGNS = { safe: '✓', note: '!', unsafe: '✗', inconclusive: '?' } as const;

/** The page, of what was told of each row and peer. */
export function page(told: readonly (readonly ScenarioReport[])[], date: string): string {
  const table = [
    `| | ${PEERS.map(({ name }) => name).join(' | ')} |`,
    `|---|${PEERS.map(() => '---').join('|')}|`,
    ...ROWS.map(({ name }, at) => `| ${name} | ${(told[at] ?? []).map(cell).join(' | ')} |`),
  ];
  const lines = [
    '# What this package and others do with idempotency keys',
    '',
    `Written by \`npm run peers:http\` on ${date}; not by hand. Each is a small server as its README has it, on a`,
    'Redis of its own that is not killed, asked by [`checkHttpServer`](check.md#any-http-server-in-your-own-tests). Its handler waits',
    `0.1 s, has its effect, and waits 0.1 s more. A key that is still held ${RECOVERY_S} s after a kill is *stuck*.`,
    '✓ safe, ! with a note, ✗ not safe, ? not known.',
    '',
    ...PEERS.map(
      (peer) =>
        `- **${peer.name}**: ${peer.packages.map((one) => `${one} ${versionOf(peer, one)}`).join(', ')}`,
    ),
    '',
    ...table,
    '',
    ...PEERS.flatMap(({ name }, column) => [
      `## ${name}`,
      '',
      'The first finding of each:',
      '',
      ...ROWS.flatMap((row, at) => detail(row.name, told[at]?.[column])),
      '',
    ]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function cell({ answer, grade }: ScenarioReport): string {
  return `${SIGNS[grade]} ${answer}`;
}

/** So much of a finding is told. */
const MOST_DETAILS = 3;

function detail(name: string, report: ScenarioReport | undefined): string[] {
  if (report === undefined || report.grade === 'safe') return [];
  const [finding] = report.findings;
  if (finding === undefined) return [`- ${name}: ${report.answer}: ${plain(report.summary)}`];
  const { what, next, paths } = finding;
  return [
    `- ${name}: **${report.answer}**. ${plain([what, `then ${next}`, ...paths.slice(0, MOST_DETAILS)].join('; '))}`,
  ];
}

/** Markdown makes nothing of it; what is another each time is left out. */
function plain(text: string): string {
  return text
    .replaceAll(/[\da-f]{8}-[\da-f-]{27}/gu, 'ID')
    .replaceAll(/[\da-f]{8}-[\da-f-]*…/gu, 'ID…')
    .replaceAll(/[<>*_`|[\]]/gu, (char) => `\\${char}`);
}
